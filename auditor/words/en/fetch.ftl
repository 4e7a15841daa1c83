# What can go wrong between the command line and the cloud.

fetch-cancelled = interrupted

fetch-endpoint = { $key }: "{ $value }" is no address of an API; write { $expected } without path, query or password
fetch-root-domain = { $key }: "{ $value }" is no domain; write one as in { $expected }
fetch-rate-share = { $key }: { $value } is no share of a quota; expected { $expected }
fetch-rate = { $key }: { $value } is no number of calls a second; expected { $expected }

fetch-auth = { $service }:{ $action } in { $region }: the credentials are refused ({ $code }): { $detail }. Check the secret id, the secret key and, for temporary keys, the token; "sgaudit doctor" says where they were found.
fetch-clock = { $service }:{ $action } in { $region }: the signature has expired ({ $code }), so this machine's clock is off by more than five minutes. Set the clock, then run again.
fetch-denied = CAM refuses { $permission } in { $region } ({ $code }): { $detail } Grant it to these credentials; "sgaudit permissions" prints the whole policy.
fetch-throttled = { $service }:{ $action } in { $region }: the rate limit still refused the call after every retry ({ $code }). Run again when less else calls this account, or with a smaller share of the quota.
fetch-network = { $service }:{ $action } in { $region }: no answer ({ $code }: { $detail }). Check the way to the endpoint: proxy, DNS, --endpoint.
fetch-unexpected = { $service }:{ $action } in { $region }: an answer that is none of this API ({ $code }: { $detail }). Check --endpoint and the proxy on the way.
fetch-cloud = { $service }:{ $action } in { $region }: { $code }: { $detail } (request { $request_id })
fetch-not-recorded = { $service }:{ $action } in { $region }: { $detail }. Record the cassette again with this version and the same options.

fetch-no-credentials = no credentials found. Looked at, in this order: { $places }. Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or use --replay demo to see sgaudit at work without any.
fetch-keys-missing = the credentials of { $place } are half there: { $name } is missing or empty
fetch-keys-spaces = the credentials of { $place } cannot be right: { $name } holds a space, a line break or another character that no key has
fetch-credentials-file = { $place } is not in the form of a credentials file; make it anew or set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY
fetch-credentials-section = { $place } has no section [default] with secret_id and secret_key
fetch-credentials-unreadable = cannot read { $place } ({ $detail })
fetch-tccli-expired = the temporary keys in { $place } have expired; log in again with: { $login }
fetch-tccli-role = { $place } names a role to assume, but no keys to assume it with: secretId and secretKey
fetch-cvm-role = the metadata service names the role { $place } but gives no keys for it ({ $detail }); check that the role still exists and is bound to this instance
fetch-proxy-socks = { $variable } names a SOCKS proxy ({ $value }), which sgaudit cannot speak to: name an HTTP proxy, or exempt the API with NO_PROXY
fetch-proxy = { $variable } names no proxy: "{ $value }"; write http://HOST:PORT
fetch-plain-http = warning: requests to { $host } are signed but not encrypted: anybody on the way can read the answers and the session token. Use https:// in --endpoint.
fetch-role = no keys for the role behind { $place }: { $service }:{ $action } answered { $code } (request { $request_id }); check the role, its trust policy and the identity provider
fetch-role-no-session = the role { $arn } needs a session name, by which the account's audit trail knows the run: --role-session-name, SGAUDIT_ROLE_SESSION_NAME or TENCENTCLOUD_ROLE_SESSION_NAME
fetch-role-no-arn = the session name { $session } is for a role, but no role is named: --role-arn, SGAUDIT_ROLE_ARN or TENCENTCLOUD_ROLE_ARN
fetch-role-arn = "{ $value }" is not the ARN of a role; it looks like { $expected }
fetch-role-session = the session name "{ $value }" is not 2 to 128 letters, digits or any of + = , . @ _ -

fetch-cassette-format = { $file } is no cassette of this version: its "format" is "{ $found }", and "{ $expected }" was expected
fetch-cassette-key = { $file }: { $key }: { $expected }
fetch-record-blurred = warning: { $path } masks { $one } and { $other } so that they lie to each other otherwise: a replay may come to another verdict; keep a snapshot (sgaudit fetch) beside it
fetch-record-unclean = { $path } is not written: after scrubbing there was still something in it that looks like a { $kind }

fetch-log-no-account-id = the report names no account: sts:GetCallerIdentity gave no account id
fetch-log-no-account = the report names no account: sts:GetCallerIdentity failed with { $code }{ $permission ->
    [none] {""}
   *[other] ; grant the CAM action { $permission }
}
fetch-log-throttled = { $action } in { $region } is over its rate limit: waiting, up to { $seconds } s a call
