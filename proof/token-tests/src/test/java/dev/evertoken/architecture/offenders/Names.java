package dev.evertoken.architecture.offenders;

interface Names {
    interface TokenManager {}

    interface DefaultStore {}

    interface StoreImpl {}
}
