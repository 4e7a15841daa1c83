# 命令行在标准错误上说的话。

cli-try-help = 请看：{ $command } --help
cli-option-before-command = { $option } 要写在命令之后，例如：{ $example }
cli-missing-argument = 缺少 { $option }
cli-usage = 命令行有误：{ $detail }
cli-unknown-command = 没有命令 { $name }
cli-unknown-command-near = 没有命令 { $name }；是否想写 { $near }？
cli-unknown-option = 没有选项 { $option }
cli-unknown-option-near = 没有选项 { $option }；是否想写 { $near }？
cli-option-needs-value = { $option } 需要一个值，例如：{ $option } { $metavar }
cli-option-takes-no-value = { $option } 不接受值
cli-surplus-words = 命令行中多出了：{ $words }
cli-expects-choice = { $option } 只能是：{ $choices }
cli-expects-switch = { $option } 只能是 1（开）或 0（关）
cli-expects-count = { $option } 只能是数字：0、1 或 2

cli-empty-value = { $option } 没有给出值
cli-unknown-variable = sgaudit 没有环境变量 { $name }；请取消设置，或用“sgaudit COMMAND --help”查看已有的变量
cli-unknown-variable-near = sgaudit 没有环境变量 { $name }；是否想写 { $near }？
cli-bad-region = { $option }：“{ $value }”不可能是地域；请写成 ap-guangzhou 这样，或写 all
cli-bad-cluster = { $option }：“{ $value }”不是集群；请给出 ID（cls-aaaaaaaa）、名称、通配符（"prod-*"）、name:GLOB 或 tag:KEY=GLOB
cli-bad-jobs = { $option }：“{ $value }”不是 1 到 { $most } 之间的数
cli-bad-days = { $option }：“{ $value }”不是 0 到 { $most } 之间的天数
cli-bad-date = { $option }：“{ $value }”不是日期；请写成 2026-12-31 这样
cli-bad-format = { $option }：“{ $value }”既不是 FORMAT 也不是 FORMAT=PATH
cli-unknown-format = 没有格式“{ $value }”；可用格式：{ $choices }
cli-two-reports = { $first } 和 { $second } 都会写到 { $path }；请用 --format FORMAT=PATH 分别指定
cli-output-unused = --output { $path } 不会有内容：每个 --format 都写了自己的文件
cli-options-conflict = { $first } 与 { $second } 不能同时使用：{ $why ->
        [one-source] 数据只能来自一处
       *[live-only] { $second } 只用于读取云上实况
    }
cli-fail-on-new-alone = --fail-on-new 需要 --since REPORT，才知道哪些是新的
cli-bad-shard = { $option }：“{ $value }”不是分片；请写成 I/N（I 为 0 到 N-1），在 Indexed Job 中可写 auto/N
cli-shard-index = auto/{ $count }：{ $name } 是“{ $value }”，不是 0 到 { $count }-1 之间的数；它由 Indexed Job 设置
cli-shard-all-regions = --shard 需要写明地域：账号与地域的组合必须在读取之前确定，all 无法分片
cli-shard-clusters = --shard 读取其账号与地域的所有集群：这里指定的集群可能在另一个分片中；要有意不审计集群，请用配置的 exclude
cli-shard-empty = 分片 { $index }/{ $count } 没有分到账号与地域的组合：总共只有 { $total } 个，{ $total } 个分片就够
cli-shard-part = 分片 { $index }/{ $count }：本次只涉及 { $total } 个账号与地域组合中的 { $pairs } 个；sgaudit merge 合并所有分片的报告
cli-no-accounts = --account { $name }：配置中没有列出账号；sgaudit accounts 可输出集团组织的账号
cli-unknown-account = --account { $name }：配置中没有这个账号；已有账号：{ $choices }
cli-unknown-account-near = --account { $name }：配置中没有这个账号；是否应为 { $near }？已有账号：{ $choices }
cli-one-account = 此命令只读取一个账号，而 --account 指定了 { $count } 个：{ $names }；请选择一个，例如 --account { $first }
cli-record-accounts = --record 只录制一个账号，而 --account 指定了 { $count } 个；请选择一个
cli-accounts-not-read = 配置中列出了 { $count } 个账号；本次运行只读取凭证所属的账号：--account all 会读取它们
cli-bad-role-name = { $option }：“{ $value }”不是角色名称；请只写名称，不写 ARN
cli-accounts-incomplete = 未能列出全部账号：{ $detail }
cli-accounts-no-own = 列表可能缺少凭证所属的账号：sts:GetCallerIdentity 没有返回账号
cli-accounts-unconfirmed = 有 { $count } 个账号尚未确认加入，其角色可能被拒绝：{ $accounts }
cli-no-region = 没有要读取的地域；请给出 --region REGION（或 --region all）、配置中的 regions，或 TENCENTCLOUD_REGION

cli-stdout-closed = 标准输出已关闭；请用 --output PATH 指定文件

cli-interrupted = 已中断
cli-fault = 这是 sgaudit 的故障，与您的集群无关：{ $where } 处发生 { $kind }。请加 --debug 重新运行，并按 README“报告故障”一节提交输出内容。

cli-written = { $format } 报告：{ $path }
cli-snapshot-written = 快照：{ $path }
cli-snapshot-kept = 没有读到任何集群；{ $path } 保持原样
cli-snapshot-none = 没有读到任何集群；不写出 { $path }
cli-snapshot-gaps = 有 { $count } 处无法读取；快照中已注明

cli-summary = { $clusters } 个集群，{ $findings } 个计入的问题，{ $gaps ->
        [0] 没有未读取的内容
       *[other] { $gaps } 处未读取或无法判定
    }：退出码 { $code }
cli-gap = { $title }。{ $message }
cli-more-gaps = 另有 { $count } 处，见报告

cli-phase-clusters = 集群
cli-phase-nodes = 节点
cli-phase-rules = 规则
cli-phase-members = 绑定实例
cli-phase-templates = 模板
cli-phase-networks = 网络

cli-network-container = 容器网络
cli-network-cluster = 集群网络
cli-network-listeners = 负载均衡监听器的客户端（访问后端端口）
cli-network-subnets = 集群所在子网
cli-baseline-heading = { $role ->
        [master] Master
        [pod] Pod
        [endpoint] API Server 访问入口
       *[other] 节点
    }{ $direction ->
        [ingress] 入站规则：须放通来自这些网络的流量
       *[other] 出站规则：须放通去往这些网络的流量
    }
cli-baseline-row = { $id }（{ $weight }）
cli-baseline-tiers = { $tiers }；其余：{ $rest }
cli-baseline-tier = { $flow }：{ $severity }
cli-baseline-flow = { $services }：{ $where }
cli-baseline-allowed = 有意放通、但并非必需
cli-baseline-findings = 与绑定有关的发现
cli-baseline-finding = { $name }（{ $severity }）

cli-doctor-account = 账号 { $account }：
cli-doctor-identity = 身份：{ $account }，与配置一致
cli-doctor-other-account = 身份：不是配置的账号 { $account }（{ $detail }）；请修正其 id 或 role_arn
cli-doctor-no-identity = 身份：未知，对 { $account } 的审计将不完整（{ $code }：{ $detail }）
cli-doctor-credentials = 凭证：{ $source }，{ $place }
cli-doctor-no-credentials = 凭证：没有可用的
cli-doctor-place-empty = 没有
cli-doctor-place-found = 已找到
cli-doctor-place-unusable = 不可用
cli-doctor-place-skipped = 未查找
cli-doctor-actions = { $region } 的 { $count } 个 API：{ $outcome }
cli-doctor-environment = 环境变量
cli-doctor-credentials-file = 凭证文件
cli-doctor-tccli-profile = tccli 配置
cli-doctor-cvm-role = 本 CVM 实例的角色
cli-doctor-tke-oidc = TKE OIDC 角色
cli-doctor-role = 扮演的角色
cli-doctor-host = 接入点：{ $host } 有响应
cli-doctor-silent-host = 接入点：{ $host } 无响应：{ $detail }
cli-doctor-clock = 时钟：相差 { $seconds } 秒，可以接受
cli-doctor-clock-off = 时钟：相差 { $seconds } 秒；超过 300 秒签名会被拒绝，请校准本机时钟
cli-doctor-no-clock = 时钟：未知，没有任何响应
cli-doctor-allowed = 允许
cli-doctor-denied = 被拒绝
cli-doctor-bad-credentials = 凭证被拒绝
cli-doctor-unreachable = 无响应
cli-doctor-failed = 失败
cli-doctor-near-region = { $region } 不是本程序知道的地域：是否应为 { $near }？
cli-doctor-grant = 请授权：{ $permissions }（完整策略：sgaudit permissions）
cli-doctor-part = （{ $part }）
cli-doctor-leave-out = 或在配置中写入 “scope: {"{"}{ $part }: false{"}"}”：仅审计这一部分需要 { $permissions }
cli-part-left-out = 配置的 scope 不审计 { $part }
cli-permissions-every = 任何审计都需要：
cli-permissions-part = { $part }（在配置中写入 “scope: {"{"}{ $part }: false{"}"}” 即不审计这一部分）：
cli-permissions-sts = 仅用于配置中的 accounts 和 --role-arn：凭证扮演这些角色，每个角色需要以上权限：
cli-permissions-organization = 仅用于 sgaudit accounts，在管理集团组织的账号中：
cli-permissions-roles = 此策略用于扮演角色的凭证；每个角色需要不带 --account 时 sgaudit permissions 输出的策略。
cli-doctor-healthy = 审计能够读到全部所需内容。
cli-doctor-ill = 审计无法读到全部所需内容；读不到的内容会写在报告中，退出码为 3。

cli-unknown-code = 没有代码“{ $value }”；可用代码：{ $choices }
cli-rule-heading = { $code } { $title }
cli-rule-named-heading = { $code } { $name }：{ $title }
cli-rule-example = 示例：{ $example }
cli-rule-fix = 处理：{ $fix }
cli-unknown-topic = 没有主题“{ $value }”；可选：{ $choices }

cli-log-configuration = 配置文件：{ $file ->
    [none] 无
   *[other] { $file }
}
cli-log-reading = 正在读取 { $regions }
cli-log-read = 读取了 { $clusters } 个集群，用时 { $seconds } 秒
