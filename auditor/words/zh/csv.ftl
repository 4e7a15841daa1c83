# csv 格式的列名。

csv-severity = 级别
csv-code = 代码
csv-name = 名称
csv-region = 地域
csv-cluster-id = 集群 ID
csv-cluster = 集群
csv-role = 角色
csv-groups = 安全组
csv-nodes = 节点
csv-pools = 节点池
csv-direction = 方向
csv-requirement = 要求
csv-packets = 流量
csv-title = 标题
csv-message = 问题
csv-rules = 规则
csv-advice = 处理
csv-waiver = 豁免
csv-verdict = 结论
csv-fingerprint = 指纹
csv-account = 账号
csv-read-at = 读取时间
csv-attachment = 网卡类型
csv-interfaces = 网卡
csv-add-ons = 组件
csv-exposure = 公网暴露
csv-first-seen = 首次发现
csv-state = 状态

csv-gap = { $message }{ $unknown }
