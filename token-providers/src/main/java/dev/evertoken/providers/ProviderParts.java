package dev.evertoken.providers;

import dev.evertoken.spi.AppTokens;
import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.Derivation;
import dev.evertoken.spi.Enrichment;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.RequestSigner;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.Revoker;
import dev.evertoken.spi.Validator;
import java.util.Optional;

/**
 * Collects what a provider is made of: the three parts that each has, and those that it has if they are set. Not
 * thread-safe; collect on one thread, then make the provider.
 */
final class ProviderParts {

    final ProviderProfile profile;
    final Refresher refresher;
    final ResourceDialect resourceDialect;
    Optional<AuthorizationFlow> flow = Optional.empty();
    Optional<Validator> validator = Optional.empty();
    Optional<Revoker> revoker = Optional.empty();
    Optional<AppTokens> appTokens = Optional.empty();
    Optional<RequestSigner> signer = Optional.empty();
    Optional<Enrichment> enrichment = Optional.empty();
    Optional<Derivation> derivation = Optional.empty();

    ProviderParts(ProviderProfile profile, Refresher refresher, ResourceDialect resourceDialect) {
        this.profile = profile;
        this.refresher = refresher;
        this.resourceDialect = resourceDialect;
    }

    ProviderParts flow(AuthorizationFlow part) {
        this.flow = Optional.of(part);
        return this;
    }

    ProviderParts validator(Validator part) {
        this.validator = Optional.of(part);
        return this;
    }

    ProviderParts revoker(Revoker part) {
        this.revoker = Optional.of(part);
        return this;
    }

    ProviderParts appTokens(AppTokens part) {
        this.appTokens = Optional.of(part);
        return this;
    }

    ProviderParts signer(RequestSigner part) {
        this.signer = Optional.of(part);
        return this;
    }

    ProviderParts enrichment(Enrichment part) {
        this.enrichment = Optional.of(part);
        return this;
    }

    ProviderParts derivation(Derivation part) {
        this.derivation = Optional.of(part);
        return this;
    }
}
