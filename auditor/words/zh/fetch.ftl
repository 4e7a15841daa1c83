# 从命令行到腾讯云之间可能出现的问题。

fetch-cancelled = 已中断

fetch-endpoint = { $key }：“{ $value }” 不是 API 的接入点；请写成 { $expected }，不带路径、参数和密码
fetch-root-domain = { $key }：“{ $value }” 不是域名；请写成类似 { $expected } 的形式
fetch-rate-share = { $key }：{ $value } 不是配额的比例；应为 { $expected }
fetch-rate = { $key }：{ $value } 不是每秒调用次数；应为 { $expected }

fetch-auth = { $service }:{ $action }（{ $region }）：凭证未通过校验（{ $code }）：{ $detail }。请检查 SecretId、SecretKey，临时凭证还要检查 Token；“sgaudit doctor” 会说明凭证来自哪里。
fetch-clock = { $service }:{ $action }（{ $region }）：签名已过期（{ $code }），说明本机时钟偏差超过五分钟。请校准时钟后重新运行。
fetch-denied = 访问管理（CAM）在 { $region } 拒绝了 { $permission }（{ $code }）：{ $detail } 请为该凭证所属的用户或角色授权；完整策略可用 “sgaudit permissions” 输出。
fetch-throttled = { $service }:{ $action }（{ $region }）：多次重试后仍超过频率限制（{ $code }）。请在该账号调用较少时重新运行，或调小配额比例。
fetch-network = { $service }:{ $action }（{ $region }）：没有得到响应（{ $code }：{ $detail }）。请检查到接入点的网络：代理、DNS、--endpoint。
fetch-unexpected = { $service }:{ $action }（{ $region }）：返回内容不是该 API 的响应（{ $code }：{ $detail }）。请检查 --endpoint 和途中的代理。
fetch-cloud = { $service }:{ $action }（{ $region }）：{ $code }：{ $detail }（请求 ID：{ $request_id }）
fetch-not-recorded = { $service }:{ $action }（{ $region }）：{ $detail }。请用当前版本和相同的选项重新录制。

fetch-no-credentials = 没有找到凭证。依次查找了：{ $places }。请设置 TENCENTCLOUD_SECRET_ID 和 TENCENTCLOUD_SECRET_KEY；没有凭证也可以用 --replay demo 试用 sgaudit。
fetch-keys-missing = { $place } 中的凭证不完整：缺少 { $name }，或其值为空
fetch-keys-spaces = { $place } 中的凭证不正确：{ $name } 含有空格、换行或凭证中不会出现的字符
fetch-credentials-file = { $place } 不是凭证文件的格式；请重新生成，或设置 TENCENTCLOUD_SECRET_ID 和 TENCENTCLOUD_SECRET_KEY
fetch-credentials-section = { $place } 中没有含 secret_id 和 secret_key 的 [default] 段
fetch-credentials-unreadable = 无法读取 { $place }（{ $detail }）
fetch-tccli-expired = { $place } 中的临时凭证已过期；请重新登录：{ $login }
fetch-tccli-role = { $place } 指定了要扮演的角色，但没有用来扮演它的密钥：secretId 和 secretKey
fetch-cvm-role = 元数据服务给出了角色 { $place }，但没有给出它的凭证（{ $detail }）；请确认该角色仍存在并已绑定到本实例
fetch-proxy-socks = { $variable } 指定的是 SOCKS 代理（{ $value }），sgaudit 无法使用：请指定 HTTP 代理，或用 NO_PROXY 使 API 不经过代理
fetch-proxy = { $variable } 不是可用的代理：“{ $value }”；请写成 http://HOST:PORT
fetch-plain-http = 警告：发往 { $host } 的请求虽已签名但未加密，途中任何人都能看到响应和会话令牌。请在 --endpoint 中使用 https://。
fetch-role = 无法获得 { $place } 对应角色的凭证：{ $service }:{ $action } 返回 { $code }（请求 ID：{ $request_id }）；请检查角色、角色的信任策略和身份提供商
fetch-role-trust = 无法扮演角色 { $place }：{ $service }:{ $action } 返回 { $code }（请求 { $request_id }）。该角色的信任策略须允许这些凭证所属的账号扮演（sts:AssumeRole），这些凭证也须有对该角色的 sts:AssumeRole 权限。
fetch-role-trust-external = 无法扮演角色 { $place }：{ $service }:{ $action } 返回 { $code }（请求 { $request_id }）。该角色的信任策略须允许这些凭证所属的账号以配置的外部 ID 扮演（sts:AssumeRole），这些凭证也须有对该角色的 sts:AssumeRole 权限。
fetch-role-no-session = 角色 { $arn } 需要会话名称，账号的操作记录以此标识本次运行：--role-session-name、SGAUDIT_ROLE_SESSION_NAME 或 TENCENTCLOUD_ROLE_SESSION_NAME
fetch-role-no-arn = 会话名称 { $session } 用于角色，但没有指定角色：--role-arn、SGAUDIT_ROLE_ARN 或 TENCENTCLOUD_ROLE_ARN
fetch-role-arn = “{ $value }”不是角色的 ARN；应形如 { $expected }
fetch-role-session = 会话名称“{ $value }”应为 2 到 128 个字母、数字或 + = , . @ _ -

fetch-cassette-format = { $file } 不是当前版本的录制文件：其 “format” 为 “{ $found }”，应为 “{ $expected }”
fetch-cassette-key = { $file }：{ $key }：{ $expected }
fetch-record-blurred = 警告：{ $path } 中 { $one } 与 { $other } 脱敏后相互关系已改变，回放的结论可能不同；请同时保存快照（sgaudit fetch）
fetch-record-unclean = 没有写入 { $path }：脱敏后仍有疑似敏感的内容（{ $kind }）

fetch-log-no-account-id = 报告不写明账号：sts:GetCallerIdentity 没有返回账号 ID
fetch-log-no-account = 报告不写明账号：sts:GetCallerIdentity 失败，错误码 { $code }{ $permission ->
    [none] {""}
   *[other] ；请授予 CAM 操作 { $permission }
}
fetch-log-throttled = { $action }（{ $region }）超出频率限制：正在等待，每个调用最多等 { $seconds } 秒
