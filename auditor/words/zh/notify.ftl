# sgaudit notify 的消息，以及命令对发送结果的说明。

notify-title = sgaudit：{ $counts }
notify-count-new = { $count } 个新增
notify-count-worse = { $count } 个恶化
notify-count-fixed = { $count } 个已修复
notify-count-lost = { $count } 个无法再次检查
notify-count-gaps = { $count } 处新的未读取项
notify-count-waivers = { $count } 条豁免一周内到期
notify-provenance = 账号 { $accounts }，读取于 { $read }：{ $clusters }（{ $verdicts }）
notify-owner = { $owner }：
notify-owner-none = 没有负责人：
notify-state-new = 新增
notify-state-worse = 恶化
notify-finding = { $severity }：{ $state } { $cluster }：{ $title }（{ $id }）
notify-heading-gaps = 未能检查：
notify-heading-waivers = 一周内到期的豁免：
notify-heading-fixed = 已修复：
notify-waiver = { $id }，最后一天 { $expires }，{ $owner }
notify-more = 另有 { $count } 项
notify-more-findings = 另有 { $count } 个较轻的问题
notify-unknown = 未知
notify-next = 下一步：{ $command }

notify-nothing = 没有新情况，未发送消息
notify-sent = 消息已发送到 { $count } 个目标
notify-failed = 目标 { $number }（{ $service }）没有接收消息：{ $reason }；其他目标不受影响
notify-reason-status = HTTP 状态码 { $status }
notify-reason-none = 没有应答，或应答无法识别
notify-no-target = 请指定发送目标：--to URL，或在 SGAUDIT_NOTIFY_TO 中写一个或多个以空格分隔的 URL
notify-bad-target = 目标 { $number } 不是通知地址。示例：wecombot://KEY、feishu://TOKEN、dingtalk://TOKEN、slack://TOKENS、mailto://USER:PASSWORD@HOST、jsons://HOST/PATH；地址含密钥，因此不显示
notify-not-installed = 发送通知需要安装附加组件：pip install 'tke-sg-auditor[notify]'
