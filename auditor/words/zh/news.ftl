# 与此前报告相比的变化（--since）。

news-line = 与此前报告相比：{ $counts }。
news-line-run = 与 { $moment } UTC 的运行相比：{ $counts }。
news-new = 新增 { $count } 个
news-fixed = 已修复 { $count } 个
news-unknown = { $count } 个未能再次检查
news-known = 已知 { $count } 个
news-gaps-new = 新增未能检查 { $count } 项
news-gaps-known = 已知未能检查 { $count } 项
news-known-findings = { $count } 个问题
news-known-gaps = { $count } 项未能检查
news-known-before = 此前报告中已有：{ $counts }。
news-known-shown = 此前报告中已有：{ $counts }（-v 显示全部）。
news-word-fixed = 已修复
news-fixed-more = 另有 { $count } 个已修复
news-state-new = 新增
news-state-known = 已知
