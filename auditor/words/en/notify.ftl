# The message of sgaudit notify, and what the command says about its delivery.

notify-title = sgaudit: { $counts }
notify-count-new = { $count } new
notify-count-worse = { $count } worse
notify-count-fixed = { $count } fixed
notify-count-lost = { $count } could not be checked again
notify-count-gaps = { $count ->
    [one] 1 new gap
   *[other] { $count } new gaps
}
notify-count-waivers = { $count ->
    [one] 1 waiver ends within a week
   *[other] { $count } waivers end within a week
}
notify-provenance = Account { $accounts }, read { $read }: { $clusters } ({ $verdicts })
notify-owner = For { $owner }:
notify-owner-none = Without an owner:
notify-state-new = NEW
notify-state-worse = WORSE
notify-finding = { $severity } { $state } { $cluster }: { $title } ({ $id })
notify-heading-gaps = Could not be checked:
notify-heading-waivers = Waivers that end within a week:
notify-heading-fixed = Fixed:
notify-waiver = { $id }, last day { $expires }, { $owner }
notify-more = and { $count } more
notify-more-findings = { $count ->
    [one] and 1 less severe finding
   *[other] and { $count } less severe findings
}
notify-unknown = unknown
notify-next = Next: { $command }

notify-nothing = nothing new: no message sent
notify-sent = { $count ->
    [one] message sent to 1 target
   *[other] message sent to { $count } targets
}
notify-failed = target { $number } ({ $service }) did not take the message: { $reason }; the other targets are not affected
notify-reason-status = HTTP status { $status }
notify-reason-none = no answer, or an answer that it did not understand
notify-no-target = say where to send the message: --to URL, or SGAUDIT_NOTIFY_TO with one or more URLs separated by spaces
notify-bad-target = target { $number } is not an address for notifications. Examples: wecombot://KEY, feishu://TOKEN, dingtalk://TOKEN, slack://TOKENS, mailto://USER:PASSWORD@HOST, jsons://HOST/PATH; the address itself is not printed, because it holds a secret
notify-not-installed = notifications need another package: pip install 'tke-sg-auditor[notify]'
