package dev.evertoken.architecture.offenders;

import dev.evertoken.model.Secret;

final class HoldsASecret extends RuntimeException {
    final transient Secret secret;

    HoldsASecret(Secret secret) {
        this.secret = secret;
    }
}
