# Errors that belong to no area of their own.

errors-unknown-language = unknown language "{ $language }"; languages: { $known }
