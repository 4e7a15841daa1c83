# What can go wrong between the command line and the cloud.

fetch-cancelled = interrupted

fetch-endpoint = { $key }: "{ $value }" is not an API endpoint; use { $expected } without path, query or password
fetch-root-domain = { $key }: "{ $value }" is not a domain; use the form { $expected }
fetch-rate-share = { $key }: { $value } is not a share of a quota; expected { $expected }
fetch-rate = { $key }: { $value } is not a number of calls per second; expected { $expected }

fetch-auth = { $service }:{ $action } in { $region }: the credentials are refused ({ $code }): { $detail }. Check the secret ID, the secret key and, for temporary keys, the token; "sgaudit doctor" says where they were found.
fetch-clock = { $service }:{ $action } in { $region }: the signature has expired ({ $code }), so the clock of this machine is off by more than five minutes. Set the clock, then run again.
fetch-denied = CAM refuses { $permission } in { $region } ({ $code }): { $detail } Grant it to these credentials; "sgaudit permissions" prints the whole policy.
fetch-throttled = { $service }:{ $action } in { $region }: still over the rate limit after every retry ({ $code }). Run again when the account has fewer other calls, or with a smaller share of the quota.
fetch-network = { $service }:{ $action } in { $region }: no response ({ $code }: { $detail }). Check the network path to the endpoint: proxy, DNS, --endpoint.
fetch-unexpected = { $service }:{ $action } in { $region }: the response is not from the API ({ $code }: { $detail }). Check --endpoint and the proxy.
fetch-cloud = { $service }:{ $action } in { $region }: { $code }: { $detail } (request { $request_id })
fetch-not-recorded = { $service }:{ $action } in { $region }: { $detail }. Record the cassette again with this version and the same options.

fetch-no-credentials = no credentials found. Checked, in this order: { $places }. Set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or use --replay demo to try sgaudit without credentials.
fetch-keys-missing = the credentials of { $place } are incomplete: { $name } is missing or empty
fetch-keys-spaces = the credentials of { $place } are malformed: { $name } contains a space, a line break or another character that keys do not have
fetch-credentials-file = { $place } is not a valid credentials file; recreate it or set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY
fetch-credentials-section = { $place } has no section [default] with secret_id and secret_key
fetch-credentials-unreadable = cannot read { $place } ({ $detail })
fetch-tccli-expired = the temporary keys in { $place } have expired; log in again with: { $login }
fetch-tccli-role = { $place } names a role to assume, but has no keys to assume it with: secretId and secretKey
fetch-cvm-role = the metadata service names the role { $place } but returns no keys for it ({ $detail }); check that the role exists and is bound to this instance
fetch-proxy-socks = { $variable } names a SOCKS proxy ({ $value }), which sgaudit does not support: use an HTTP proxy, or exempt the API with NO_PROXY
fetch-proxy = { $variable } is not a valid proxy: "{ $value }"; use the form http://HOST:PORT
fetch-plain-http = warning: requests to { $host } are signed but not encrypted: anyone on the network path can read the responses and the session token. Use https:// in --endpoint.
fetch-role = no keys for the role behind { $place }: { $service }:{ $action } answered { $code } (request { $request_id }); check the role, its trust policy and the identity provider
fetch-role-trust = the role { $place } could not be assumed: { $service }:{ $action } answered { $code } (request { $request_id }). Its trust policy must allow sts:AssumeRole to the account of these credentials, and the credentials need sts:AssumeRole on the role.
fetch-role-trust-external = the role { $place } could not be assumed: { $service }:{ $action } answered { $code } (request { $request_id }). Its trust policy must allow sts:AssumeRole to the account of these credentials with the configured external ID, and the credentials need sts:AssumeRole on the role.
fetch-role-no-session = the role { $arn } needs a session name, which identifies the run in the account's audit trail: --role-session-name, SGAUDIT_ROLE_SESSION_NAME or TENCENTCLOUD_ROLE_SESSION_NAME
fetch-role-no-arn = the session name { $session } is for a role, but no role is named: --role-arn, SGAUDIT_ROLE_ARN or TENCENTCLOUD_ROLE_ARN
fetch-role-arn = "{ $value }" is not the ARN of a role; it looks like { $expected }
fetch-role-session = the session name "{ $value }" is not 2 to 128 letters, digits or any of + = , . @ _ -

fetch-cassette-format = { $file } is not a cassette of this version: its "format" is "{ $found }"; expected "{ $expected }"
fetch-cassette-key = { $file }: { $key }: { $expected }
fetch-record-blurred = warning: { $path } masks { $one } and { $other } in a way that changes how they overlap: a replay may have another verdict; also keep a snapshot (sgaudit fetch)
fetch-record-unclean = { $path } was not written: after scrubbing, it still contained what looks like a { $kind }

fetch-log-no-account-id = the report names no account: sts:GetCallerIdentity returned no account ID
fetch-log-no-account = the report names no account: sts:GetCallerIdentity failed with { $code }{ $permission ->
    [none] {""}
   *[other] ; grant the CAM action { $permission }
}
fetch-log-throttled = { $action } in { $region } is over its rate limit: waiting, up to { $seconds } s a call
