# --help 的文字。首行用于命令列表，空一行后是其余说明。

help-usage = 用法：{ $line }
help-program = sgaudit 判断 TKE 节点与 Master 的安全组是否放通了集群所需的流量，且没有多放。它只读取云上信息，从不写入。

help-panel-commands = 命令
help-panel-arguments = 参数
help-panel-source = 数据来源
help-panel-judgement = 判断依据
help-panel-output = 报告
help-panel-general = 其他

help-more = 查看某个命令的说明：{ $command }
help-twins = 每个选项都有对应的环境变量：--fail-on 对应 SGAUDIT_FAIL_ON，依此类推。命令行优先于环境变量；空变量视为未设置。
help-choices = 可选：{ $choices }。
help-default = 默认：{ $value }。

help-command-audit =
    读取集群，将其安全组与基线比对，输出报告。

    不写 CLUSTER_ID 时审计所选地域的全部集群。数据来自云 API（默认）、快照或录制文件；报告写到标准输出，其余信息写到标准错误。

    退出码：0 全部读取且没有问题，1 有达到 --fail-on 级别的发现，2 用法或配置错误，3 有内容无法读取或无法判定，70 程序故障，130 被中断。

    $ sgaudit audit --replay demo
    $ sgaudit audit --region ap-guangzhou,ap-shanghai --format table --format json=report.json
    $ sgaudit audit cls-aaaaaaaa --region ap-guangzhou --fail-on high
help-command-fetch =
    读取集群并把读到的内容写成快照，不做判断。

    快照写到 --output，否则写到标准输出。它是 JSON，不含任何密钥，用 "audit --snapshot" 得到的报告与直接读云相同。退出码 3 表示快照有缺口，但仍会写出。

    $ sgaudit fetch --region ap-guangzhou -o snapshot.json
    $ sgaudit audit --snapshot snapshot.json
help-command-rules =
    列出审计发现的代码：含义、示例、处理办法。

    $ sgaudit rules
    $ sgaudit rules TSG201
help-command-baseline-show =
    打印基线：每一条必须放通的规则及其原因和级别。

    $ sgaudit baseline show
    $ sgaudit baseline show tke-hardened --format yaml
help-command-permissions =
    打印审计所需的最小 CAM 策略。

    策略由审计实际调用的 API 列表生成，可作为自定义策略粘贴到 CAM 控制台。
help-command-doctor =
    在审计前检查凭证、权限、接入点和时钟。

    每个 API 用无害的请求试一次。退出码 0 表示审计能读到所需的一切，3 表示不能。
help-command-schema =
    打印报告、配置、基线或快照的 JSON Schema。

    $ sgaudit schema config > sgaudit.schema.json
help-group-baseline = 基线：哪些必须放通，哪些可以放通。

help-argument-cluster = 要处理的集群（cls-...）；不写则为所选地域的全部集群。
help-argument-code = 代码或名称，如 TSG201 或 excess-access；不写则列出全部。
help-argument-baseline = 内置基线名或文件；不写则为配置中的基线。
help-argument-schema = 哪一个 Schema。

help-option-region = 要读取的地域，如 ap-guangzhou。可重复，可用逗号分隔，或写 all。不写则取配置中的地域，再取 TENCENTCLOUD_REGION。
help-option-endpoint = 把所有服务的请求发往这个协议、主机和端口，并按该主机签名。
help-option-root-domain = 请求 SERVICE.DOMAIN，而不是 SERVICE.tencentcloudapi.com。
help-option-jobs = 同时进行的请求数，1 到 64。
help-option-replay = 用录制文件代替云来回答每个请求；demo 是内置的演示。
help-option-record = 把每个请求及其回答写入录制文件，不含密钥。
help-option-config = 配置文件。不写则用当前目录的 sgaudit.yaml（如果有）。
help-option-snapshot = 从快照而不是云取得数据；- 表示标准输入。
help-option-baseline = 内置基线名或文件。不写则取配置中的基线，再取 tke-default。
help-option-fail-on = 使退出码为 1 的最低级别。
help-option-exit-zero = 因发现而应为 1 时以 0 退出；绝不把 3 变成 0。
help-option-today = 判断豁免是否有效的日期，如 2026-12-31。不写则为今天。
help-option-since = 较早的 JSON 报告：每条发现会标明是新的还是已知的。
help-option-fail-on-new = 与 --since 合用，只由新的发现决定退出码。
help-option-format = 报告格式，或 FORMAT=PATH 写入文件。可重复，一次读取输出多份报告。
help-option-output = 报告文件；- 表示标准输出。
help-option-output-snapshot = 快照文件；- 表示标准输出。
help-option-print-format = 打印格式。
help-option-lang = 面向人的语言：en 或 zh。不写则取 SGAUDIT_LANG，再取系统区域设置。
help-option-quiet = 标准错误只输出错误。
help-option-verbose = 标准错误输出更多，写两次则显示每个请求；表格不省略任何内容。
help-option-no-color = 不用颜色。NO_COLOR 相同，FORCE_COLOR 相反。
help-option-no-progress = 不显示进度。在管道和 CI 中本来就不显示。
help-option-debug = 显示错误在程序中的来源。
help-option-help = 显示本说明并退出。
help-option-version = 显示版本并退出。
help-option-install-completion = 为当前 shell 安装补全。
help-option-show-completion = 打印当前 shell 的补全脚本。
