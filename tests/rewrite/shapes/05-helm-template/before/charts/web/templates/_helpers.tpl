{{/* The image of the web container. */}}
{{- define "web.image" -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{- printf "ccr.ccs.tencentyun.com/shop/web:%s" $tag -}}
{{- end -}}

{{- define "web.sidecar" -}}
ccr.ccs.tencentyun.com/shop/sidecar:{{ .Values.sidecar.tag }}
{{- end -}}
