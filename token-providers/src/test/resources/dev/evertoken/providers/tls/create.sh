#!/bin/sh
# Creates the certificates of the tests anew. They are valid for a hundred years, except the expired one.
set -eu
cd "$(dirname "$0")"
rm -f certificates.p12 ca.pem
kt() { keytool "$@" -keystore certificates.p12 -storetype PKCS12 -storepass changeit; }
leaf() { # alias, the options of its certificate
    name=$1
    shift
    kt -genkeypair -alias "$name" -keyalg EC -groupname secp256r1 -dname "CN=$name" -validity 36500
    kt -certreq -alias "$name" | kt -gencert -alias ca -rfc "$@" > leaf.pem
    cat leaf.pem ca.pem | kt -importcert -alias "$name" -noprompt
    rm leaf.pem
}
kt -genkeypair -alias ca -keyalg EC -groupname secp256r1 -dname "CN=Evertoken test authority" -ext bc:c -validity 36500
kt -exportcert -alias ca -rfc > ca.pem
leaf server -ext SAN=ip:127.0.0.1,dns:localhost -validity 36500
leaf elsewhere -ext SAN=dns:elsewhere.example -validity 36500
leaf expired -ext SAN=ip:127.0.0.1 -startdate "2020/01/01 00:00:00" -validity 10
leaf client -ext EKU=clientAuth -validity 36500
kt -genkeypair -alias stranger -keyalg EC -groupname secp256r1 -dname CN=stranger -validity 36500
