{{- define "lib.secret" -}}
{{- $parts := splitList "/" .image -}}
{{- if eq (index $parts 0) "ccr.ccs.tencentyun.com" -}}
ccr
{{- else if hasPrefix "hkccr.ccs.tencentyun.com/" .image -}}
hkccr
{{- end -}}
{{- end -}}
