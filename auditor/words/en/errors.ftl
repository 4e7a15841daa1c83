# Errors that belong to no area of their own.

errors-unknown-language = There is no language "{ $language }" here. Known: { $known }.
