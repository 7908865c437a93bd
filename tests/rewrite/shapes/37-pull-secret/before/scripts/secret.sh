#!/bin/sh
kubectl get secret qcloudregistrykey -o yaml
