# 不属于其他部分的错误。

errors-unknown-language = 不支持语言“{ $language }”。可用：{ $known }。
