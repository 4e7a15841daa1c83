# 配置文件、基线文件以及豁免用语中的错误。

## 文件本身。
config-no-baseline = 没有基线 { $file }：既不是内置基线（{ $expected }），也不是文件
config-no-baseline-near = 没有基线 { $file }：既不是内置基线（{ $expected }），也不是文件；是否想写 { $near }？

## YAML。
config-no-yaml = { $file }:{ $line }：不是有效的 YAML：{ $detail }
config-tab = { $file }:{ $line }：此处有制表符，YAML 只允许空格
config-no-mapping = { $file }:{ $line }：文件顶层应为键值（key: value）
config-second-document = { $file }:{ $line }：此处开始了第二个文档；只应有一个
config-duplicate-key = { $file }:{ $line }：{ $key }：该键在第 { $first } 行已出现
config-key-no-text = { $file }:{ $line }：键必须是普通文本
config-merge-key = { $file }:{ $line }：不支持合并键（<<）；请把各键写全
config-tag = { $file }:{ $line }：{ $key }：不支持标签 { $found }；请使用普通文本、数字、列表和键值
config-unknown-alias = { $file }:{ $line }：{ $key }：别名 { $found } 之前没有锚点 { $expected }
config-too-deep = { $file }:{ $line }：{ $key }：嵌套超过 { $expected } 层
config-too-many-values = { $file }:{ $line }：{ $key }：展开别名后超过 { $expected } 个值

## 键和值。
config-unknown-key = { $file }:{ $line }：{ $key }：未知的键 { $found }；此处可用：{ $expected }
config-unknown-key-near = { $file }:{ $line }：{ $key }：未知的键 { $found }；是否想写 { $near }？此处可用：{ $expected }
config-missing-key = { $file }:{ $line }：{ $key }：缺少键 { $expected }
config-unknown-word = { $file }:{ $line }：{ $key }：写的是 { $found }；应为其中之一：{ $expected }
config-unknown-word-near = { $file }:{ $line }：{ $key }：写的是 { $found }，是否想写 { $near }？应为其中之一：{ $expected }
config-wrong-type = { $file }:{ $line }：{ $key }：写的是 { $found }；应为{ $expected ->
        [text] 文本，请加引号
        [list] 列表，例如 [a, b]
        [mapping] 键值（key: value）
        [whole-number] 整数
        [truth-value] {" "}true 或 false
       *[number] 数字
    }
config-too-few = { $file }:{ $line }：{ $key }：应为至少 { $expected } 项的列表
config-too-small = { $file }:{ $line }：{ $key }：写的是 { $found }；最小为 { $expected }
config-not-above = { $file }:{ $line }：{ $key }：写的是 { $found }；应大于 { $expected }
config-too-high = { $file }:{ $line }：{ $key }：写的是 { $found }；最大为 { $expected }
config-blank = { $file }:{ $line }：{ $key }：文本为空
config-bad-id = { $file }:{ $line }：{ $key }：{ $found } 不能作 ID；可用字母、数字、点和连字符，最多 64 个，例如 { $expected }
config-bad-account = { $file }:{ $line }：{ $key }：{ $found } 不可能是账号 ID；请写成 { $expected } 这样
config-bad-account-name = { $file }:{ $line }：{ $key }：{ $found } 不能作账号名称；最多 64 个字符，不能有逗号，不能是 all，也不能全是数字，例如 { $expected }
config-bad-role = { $file }:{ $line }：{ $key }：{ $found } 不是角色的 ARN；请写成 { $expected } 这样
config-bad-session = { $file }:{ $line }：{ $key }：{ $found } 不能作会话名称；可用 2 到 128 个字母、数字或 + = , . @ _ -，例如 { $expected }
config-bad-external-id = { $file }:{ $line }：{ $key }：不是有效的外部 ID；可用 2 到 128 个字母、数字或 + = , . @ : / _ -，请加引号
config-role-of-another = { $file }:{ $line }：{ $key }：{ $found } 是另一个账号的角色，与该项的 id 不符；应以 { $expected } 开头
config-role-missing = { $file }:{ $line }：{ $key }：{ $found } 用于角色，但该项没有 { $expected }
config-bad-cluster = { $file }:{ $line }：{ $key }：{ $found } 不可能是集群 ID；请写成 { $expected } 这样
config-bad-region = { $file }:{ $line }：{ $key }：{ $found } 不可能是地域；请写成 { $expected } 这样
config-bad-ports = { $file }:{ $line }：{ $key }：{ $found } 不能作端口；请写成 { $expected } 这样，取值 0 到 65535，小的在前
config-bad-selector = { $file }:{ $line }：{ $key }：{ $found } 不能指明集群；请写成 { $expected } 这样
config-bad-cidr = { $file }:{ $line }：{ $key }：{ $found } 不是地址段；请写成 { $expected } 这样
config-bad-date = { $file }:{ $line }：{ $key }：{ $found } 不是日期；请写成 { $expected } 这样
config-duplicate-id = { $file }:{ $line }：{ $key }：{ $found } 在第 { $first } 行已出现
config-no-network = { $file }:{ $line }：{ $key }：既没有 networks 也没有 cidrs，不含任何流量；应有 { $expected }
config-no-packets = { $file }:{ $line }：{ $key }：在 { $found } 上不存在这样的流量；{ $expected }
config-ports-without = { $file }:{ $line }：{ $key }：只有 { $expected } 有端口
config-no-text = { $file }:{ $line }：{ $key }：至少要有一种语言的文本：{ $expected }

## 配置文件。
config-unknown-finding = { $file }:{ $line }：{ $key }：没有 { $found } 这种问题；应为其中之一：{ $expected }
config-unknown-finding-near = { $file }:{ $line }：{ $key }：没有 { $found } 这种问题，是否想写 { $near }？应为其中之一：{ $expected }
config-waiver-key = { $file }:{ $line }：{ $key }：写了 { $expected } 的豁免不能再写 { $found }
config-peer-twice = { $file }:{ $line }：{ $key }：{ $found } 在互访集群中出现两次；应为不同的集群，例如 { $expected }
config-unknown-action = { $file }:{ $line }：{ $key }：没有名为 { $found } 的接口；应为其中之一：{ $expected }
config-unknown-action-near = { $file }:{ $line }：{ $key }：没有名为 { $found } 的接口，是否想写 { $near }？应为其中之一：{ $expected }

## 基线。
config-unknown-baseline = { $file }:{ $line }：{ $key }：{ $found } 无法作为文件读取，也不是内置基线：{ $expected }
config-unknown-baseline-near = { $file }:{ $line }：{ $key }：{ $found } 无法作为文件读取，是否想写 { $near }？内置基线：{ $expected }
config-circle = { $file }:{ $line }：{ $key }：文件循环继承：{ $found }
config-unknown-id = { $file }:{ $line }：{ $key }：继承的内容中没有 { $found }；应为其中之一：{ $expected }
config-unknown-id-near = { $file }:{ $line }：{ $key }：继承的内容中没有 { $found }，是否想写 { $near }？应为其中之一：{ $expected }
config-nothing-inherited = { $file }:{ $line }：{ $key }：此处没有继承任何内容；请先在 { $expected } 下写明基线
config-inherited-id = { $file }:{ $line }：{ $key }：{ $found } 已被继承；请改写在 { $expected } 下，或换一个 ID
config-no-requirements = { $file }:{ $line }：{ $key }：这样就没有任何要求，所有安全组都会通过；应有 { $expected }
config-class-twice = { $file }:{ $line }：{ $key }：前面已有类别 { $found }
config-unknown-class = { $file }:{ $line }：{ $key }：没有类别 { $found }；应为其中之一：{ $expected }
config-unknown-class-near = { $file }:{ $line }：{ $key }：没有类别 { $found }，是否想写 { $near }？应为其中之一：{ $expected }
config-missing-severity = { $file }:{ $line }：{ $key }：缺少以下严重级别：{ $expected }
config-any-floor = { $file }:{ $line }：{ $key }：写的是 { $found }；对任意地址开放的，级别不得低于 medium，应为其中之一：{ $expected }
config-control-floor = { $file }:{ $line }：{ $key }：写的是 { $found }；控制面端口对任意地址开放时一律为 { $expected }
config-no-control = { $file }:{ $line }：{ $key }：必须有名为 { $expected } 的类别
config-last-class = { $file }:{ $line }：{ $key }：最后一个类别 { $found } 必须包含所有服务；应为 { $expected }
config-before-control = { $file }:{ $line }：{ $key }：类别 { $found } 占用了类别 { $expected } 的服务；后者必须在前

## 豁免用语。
config-waiver-blank = 豁免的 { $key } 不能为空
config-waiver-id = “{ $found }”不能作为豁免的 id；请写一个单词，如 { $expected }
config-waiver-no-text = 豁免的 { $key } 不是 { $expected } 文本
