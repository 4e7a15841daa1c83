# --help 的文字。首行用于命令列表，空一行后是其余说明。

help-usage = 用法：{ $line }
help-program = sgaudit 判断 TKE 节点与 Master 的安全组是否放通了集群所需的流量，且没有过度放通。它只读取云上信息，从不写入。

help-panel-commands = 命令
help-panel-arguments = 参数
help-panel-source = 数据来源
help-panel-flow = 流量
help-panel-change = 变更
help-panel-judgement = 判断依据
help-panel-filter = 报告显示的内容
help-panel-output = 报告
help-panel-general = 其他

help-more = 查看某个命令的说明：{ $command }
help-twins = 每个选项都有对应的环境变量：--fail-on 对应 SGAUDIT_FAIL_ON，依此类推。命令行优先于环境变量；空变量视为未设置。
help-twins-but = 除 { $others } 外，每个选项都有对应的环境变量：--fail-on 对应 SGAUDIT_FAIL_ON，依此类推。命令行优先于环境变量；空变量视为未设置。
help-choices = 可选：{ $choices }。
help-default = 默认：{ $value }。

help-command-audit =
    读取集群，将其安全组与基线比对，输出报告。

    不写 CLUSTER 时审计所选地域的全部集群。数据来自云 API（默认）、快照或录制文件；报告写到标准输出，其余信息写到标准错误。

    退出码：0 全部读取且没有问题，1 有达到 --fail-on 级别的问题，2 用法或配置错误，3 有内容无法读取或无法判定，70 程序故障，130 被中断。

    $ sgaudit audit --replay demo
    $ sgaudit audit --region ap-guangzhou,ap-shanghai --format table --format json=report.json
    $ sgaudit audit cls-aaaaaaaa --region ap-guangzhou --fail-on high
help-command-fetch =
    读取集群并把读到的内容写成快照，不做判断。

    快照写到 --output，否则写到标准输出。它是 JSON，不含任何密钥，用 "audit --snapshot" 得到的报告与直接读云相同。退出码 3 表示快照不完整，但仍会写出。若没有读到任何集群，则不写文件，已有的文件保持原样。

    $ sgaudit fetch --region ap-guangzhou -o snapshot.json
    $ sgaudit audit --snapshot snapshot.json
help-command-gate =
    审计变更之后的状态：会拦截哪些所需流量，又会多放通什么？

    变更是 "terraform show -json" 输出的 Terraform 计划（OpenTofu 亦可），或一个小的变更文件。它叠加在现状（云上实况或快照）之上，报告描述的是变更之后的状态。不会执行任何变更。

    退出码：0 变更没有引入达到 --fail-on 级别的问题，1 引入了，2 不是计划或用法错误，3 有要紧的内容无法读取或要到执行后才知道，70 程序故障。变更之前就有的问题只在 --all 时计入。

    $ terraform plan -out=tfplan && terraform show -json tfplan > plan.json
    $ sgaudit gate --plan plan.json --region ap-guangzhou
    $ terraform show -json tfplan | sgaudit gate --plan - --snapshot snapshot.json
help-command-explain =
    逐条规则解释一条流量；或按指纹解释一个问题。

    流量会在某个节点、某个角色或集群中每一组绑定的安全组上判断。按顺序列出看过的每条规则及其不匹配的原因，直到命中的那一条。集群和节点可以写名称；写集群名称时会读取所选地域的全部集群。

    退出码：0 放通，1 拒绝，2 用法错误，3 未知。有多组安全组时取最差的：未知、拒绝、放通。

    $ sgaudit explain cls-ord3rs01 --node orders-1 --replay demo --direction ingress --protocol tcp --port 10250 --peer 10.0.0.7
    $ sgaudit explain cls-ord3rs01 --role master --replay demo --direction ingress --protocol icmp --peer 203.0.113.1
    $ sgaudit explain 1a2b3c4d --region ap-guangzhou
help-command-fix =
    找出解决问题所需的最小规则修改，并附证明。

    默认放通必需而被拒绝的流量；加上 --close-excess 则同时收紧过度放通的流量。输出之前会先对修改后的状态重新计算：凡是共用安全组的绑定，其余流量的处理都不变。因此无论指定哪些集群，都会读取数据来源的全部集群。绝不对云上做任何写入。

    退出码与修改之后的审计一致：0 不再有达到 --fail-on 级别的问题，1 仍有，2 用法错误或规则无法以该格式写出，3 不完整。

    $ sgaudit fix --replay demo
    $ sgaudit fix cls-aaaaaaaa --close-excess --format tccli -o change.sh
    $ sgaudit fix --format json -o change.json; sgaudit gate --change change.json
help-command-diff =
    比较两个快照或两个 JSON 报告：新增、已解决、无法判定与未变的问题。

    两个快照会与同一基线和配置比对，并列出新增、删除、移动和改了备注的规则，由此放通与收紧的流量，以及绑定的变化。报告只含问题，结论以生成时为准。OLD 或 NEW 可写 - 表示标准输入。

    较新的一方没有的问题，只有它读到并判定了相关内容，才算已解决；否则算无法判定。较新的一方没有的集群，按没有读到处理。

    退出码：0 没有达到 --fail-on 级别的新问题，1 有，2 用法错误，3 较新的一方不完整，或有问题无法判定。

    $ sgaudit diff monday.json tuesday.json
help-command-history =
    显示历史文件的趋势：每天各级别未解决的问题、新增与已解决的问题，以及存在最久的问题。

    sgaudit audit --history FILE 向该文件添加运行。趋势不计已豁免的问题；某次运行未能再次检查的问题仍算未解决，有不完整运行的日期会标明。写上 CLUSTER（ID、名称或其通配符）则只统计这些集群。

    只读取该文件。退出码：0 已显示，2 文件不存在、不是历史文件或其中没有运行。

    $ sgaudit history history.db
help-command-notify =
    把报告中的新情况发送到群聊、邮箱和 Webhook。

    每个目标一条消息，按负责人分组：新增、恶化、已修复、新的未知项，以及一周内到期的豁免。没有新情况就不发送。退出码为 0；有消息未能送达时为 3。需要 pip install 'tke-sg-auditor[notify]'。

    $ sgaudit notify tuesday.json --since monday.json --to wecombot://KEY
help-command-merge =
    把多个账号、地域或分片的 JSON 报告合并为一份报告，可输出任何格式。

    REPORT 是 audit（或 merge）的 JSON 报告，或含有这些报告的目录。文字保持其生成时的语言。

    文件损坏或经过筛选，分片、账号或地域缺失或同时出现在两份报告中，报告比 --max-age 更旧，都会使合并结果不完整：退出码 3。其他报告发现的问题仍会列出。

    $ sgaudit merge parts --expect sgaudit.yaml --max-age 1 --format html=fleet.html
help-command-waive =
    打印一段配置，在指定日期之前豁免一个问题或一处无法判定的内容。

    它取自对数据来源的一次新审计。这段配置只覆盖该问题的流量，或依赖该处内容的集群；请粘贴到 "waivers:" 之下。不会修改任何文件。

    $ sgaudit waive 1a2b3c4d --reason "bastion, CHG-1042" --owner sre@example.com --expires 2026-12-31
help-command-rules =
    列出问题的代码：含义、示例、处理办法。

    $ sgaudit rules
    $ sgaudit rules TSG201
help-command-baseline-show =
    打印基线：每一条必须放通的规则及其原因和级别。

    $ sgaudit baseline show
    $ sgaudit baseline show tke-hardened --format yaml
help-command-permissions =
    打印审计所需的最小 CAM 策略。

    策略由审计实际调用的 API 列表生成，可作为自定义策略粘贴到 CAM 控制台。“--format table” 列出审计的每一部分需要哪些 API；配置的 scope 排除的部分不需要授权。带 --account 时，输出扮演这些账号角色的凭证所需的策略。
help-command-doctor =
    在审计前检查凭证、权限、接入点和时钟。

    每个 API 用无害的请求试一次。退出码 0 表示审计能够读到全部所需内容，3 表示不能。
help-command-accounts =
    列出集团组织的账号，输出为可直接粘贴的配置。

    需要在管理集团组织的账号中有 organization:DescribeOrganizationMembers 权限。为每个账号输出一项，角色名称由 --role-name 给出；请先在各账号中创建该角色。退出码 3：列表可能不完整。

    $ sgaudit accounts --role-name sgaudit-reader >> sgaudit.yaml
    $ sgaudit audit --account all
help-command-schema =
    打印报告、配置、基线或快照的 JSON Schema。

    explain、fix 和 diff 指这些命令用 --format json 输出的内容。

    $ sgaudit schema config > sgaudit.schema.json
help-group-baseline = 基线：哪些必须放通，哪些可以放通。

help-argument-cluster = 要处理的集群：ID、名称或通配符（"prod-*"、"tag:env=prod*"）；不写则为所选地域的全部集群。通配符没有匹配的集群时退出码为 3。
help-argument-explained = 集群的 ID 或名称；或问题的指纹（6 位即可），其后可写要审计的集群。
help-argument-fixed = 要解决的问题（指纹），或要解决其问题的集群（ID、名称或通配符）；不写则为所选地域的全部集群。
help-argument-waived = 问题或无法判定之处的指纹（6 位即可）；其后可写要审计的集群，不写则为全部。
help-argument-history = 历史文件，由 sgaudit audit --history 写入。
help-argument-history-cluster = 集群的 ID、名称或通配符；不写则为全部。
help-argument-old = 较早的快照或报告。
help-argument-new = 较新的那一个。
help-argument-report = 要发送新情况的 JSON 报告；- 表示标准输入。
help-argument-reports = audit 的 JSON 报告，或含有这些报告的目录。
help-argument-code = 代码或名称，如 TSG201 或 excess-access；不写则列出全部。
help-argument-baseline = 内置基线名或文件；不写则为配置中的基线。
help-argument-schema = 哪一个 Schema。

help-option-region = 要读取的地域，如 ap-guangzhou。可重复，可用逗号分隔，或写 all。不写则取配置中的地域，再取 TENCENTCLOUD_REGION。
help-option-account = 要读取的账号，写配置 accounts 中的名称或 ID，各用自己的角色。可重复、用逗号分隔，或写 all。
help-option-shard = 只读取 N 份中的第 I 份（从 0 起）：账号与地域的组合排序后，序号除以 N 余 I 的那些。auto/N 从 JOB_COMPLETION_INDEX 取 I。不写 --account 则包括配置中的所有账号；与 --snapshot 或 --replay 同用时，划分其中的地域。
help-option-role-name = 各账号中角色的名称，用于 role_arn。
help-option-product = 委派管理员所代表的可信服务。
help-option-endpoint = 把所有服务的请求发往这个协议、主机和端口，并按该主机签名。
help-option-root-domain = 请求 SERVICE.DOMAIN，而不是 SERVICE.tencentcloudapi.com。
help-option-role-arn = 读取之前先扮演此角色，再用它扮演 --account 的角色。不写则取 TENCENTCLOUD_ROLE_ARN。
help-option-role-session-name = 角色会话的名称，也用于没有写明会话名称的 --account 角色（那里不写则为 sgaudit）。不写则取 TENCENTCLOUD_ROLE_SESSION_NAME。
help-option-jobs = 所有地域合计同时最多 N 个请求，1 到 64。默认每个地域按配额和时延取 8 到 64 个。
help-option-replay = 用录制文件代替云来回答每个请求；demo 和 demo-staging 是内置的演示。
help-option-record = 把每个请求及其回答写入录制文件，不含密钥。
help-option-config = 配置文件。不写则用当前目录的 sgaudit.yaml（如果有）。
help-option-snapshot = 从快照而不是云取得数据；- 表示标准输入。
help-option-baseline = 内置基线名或文件。不写则取配置中的基线，再取 tke-default。
help-option-fail-on = 使退出码为 1 的最低级别。
help-option-exit-zero = 因问题而应为 1 时以 0 退出；绝不把 3 变成 0。
help-option-max-age = 快照或报告超过此天数或时间未知时，本次运行不完整。
help-option-expect = 配置文件，其中的账号和地域都必须出现在某份报告中。
help-option-today = 判断豁免是否有效的日期，如 2026-12-31。不写则为今天。
help-option-since = 较早的 JSON 报告：每个问题和每处无法判定的内容会标明是新的还是已知的。
help-option-history = 历史文件（SQLite），不存在时新建：添加本次运行，并说明每个问题自何时起已知。
help-option-fail-on-new = 与 --since 合用，只由新的问题决定退出码是 0 还是 1。无法判定之处不论新旧都使退出码为 3。
help-option-notify-since = 较早的 JSON 报告。默认以报告自身标明的已知项为准；若没有，则全部视为新增。
help-option-to = 发送目标：apprise 的地址（wecombot://KEY、feishu://TOKEN、dingtalk://TOKEN、slack://TOKENS、mailto://USER:PASSWORD@HOST），或 JSON Webhook 的 https:// 地址。可重复指定。地址含密钥：写在 SGAUDIT_NOTIFY_TO 中就不会出现在进程列表里。
help-option-format = 报告格式，或 FORMAT=PATH 写入文件。可重复，一次读取输出多份报告。
help-option-output = 报告文件；- 表示标准输出。
help-option-output-printed = 输出文件；- 表示标准输出。
help-option-output-snapshot = 快照文件；- 表示标准输出。
help-option-print-format = 打印格式。
help-option-lang = 面向人的语言：en 或 zh。不写则取 SGAUDIT_LANG，再取系统区域设置。
help-option-quiet = 标准错误只输出错误。
help-option-verbose = 标准错误输出更多，写两次则显示每个请求；表格不省略任何内容。
help-option-no-color = 不用颜色。NO_COLOR 相同，FORCE_COLOR 相反。
help-option-no-progress = 不显示进度。在管道和 CI 中本来就不显示。
help-option-debug = 显示错误在程序中的来源。
help-option-node = 节点、节点池、网卡或组件 eniipamd，写 ID、名称或内网 IP；也可以是监听器或负载均衡的 ID，此时 --peer 为客户端。不写 --node 与 --role 则为每一组绑定的安全组。
help-option-role = 该角色的每一组安全组。
help-option-direction = 以节点为准：ingress 为入站，egress 为出站。
help-option-protocol = 流量的协议；other 指此处未列出的协议。
help-option-port = 入站为节点的端口，出站为对端的端口；只有 tcp 和 udp 有端口。
help-option-peer = 对端：入站的来源，出站的目标。可以是一个地址，也可以是安全组（其成员）、集群（其容器网络和集群网络）或实例的 ID：此时逐一尝试它的每个地址，以最差的结果为准。
help-option-plan = "terraform show -json" 的输出；- 表示标准输入。
help-option-change = 用变更文件代替计划：变更后的完整规则列表，以及绑定关系；"fix" 的 JSON 就是一种。- 表示标准输入。
help-option-source-dir = 生成该计划的代码检出目录。报告会指向引入问题的 Terraform 块的文件和行号（相对于此目录）；不指定时指向配置文件。
help-option-trust-references = 安全组列表要到执行后才知道时，把其中的引用当作完整的列表。不写则视为无法判定：引用只能证明某个安全组在列表中。
help-option-all = 由变更之后的全部问题决定退出码，而不只是新引入的。
help-option-close-excess = 同时收紧过度放通的流量。
help-option-override-drops = 允许把修改置于有意拒绝的规则之上。
help-option-reason = 豁免的原因。
help-option-owner = 由谁负责。
help-option-expires = 豁免的最后一天，如 2026-12-31。
help-option-id = 豁免的名称。不写则为 W- 加指纹的开头。
help-option-output-waiver = 写入的文件；- 表示标准输出。
help-option-help = 显示本说明并退出。
help-option-version = 显示版本并退出。
help-option-install-completion = 为当前 shell 安装补全。
help-option-show-completion = 打印当前 shell 的补全脚本。

help-command-help =
    输出参考文档中的一页：configuration、gate、formats 等。
help-argument-topic = 页面名称；不写则列出全部页面。
help-option-severity-shown = 只显示该级别及更严重的问题。结论、无法检查之处和退出码仍按全部问题计算。
help-option-code = 只显示该代码（TSG201）或名称（excess-access）的问题；可重复。
help-option-node-shown = 只显示该节点、节点池或网卡的问题，写 ID、名称或内网地址；可重复。
help-option-role-shown = 只显示该角色的问题：node、master、pod 或 endpoint；可重复。
help-option-severity-fixed = 解决此级别及以上的问题；以指纹指定的问题不受此限。
