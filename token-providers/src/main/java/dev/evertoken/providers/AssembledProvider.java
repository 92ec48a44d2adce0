package dev.evertoken.providers;

import dev.evertoken.spi.AppTokens;
import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.Derivation;
import dev.evertoken.spi.Enrichment;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.RequestSigner;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.Revoker;
import dev.evertoken.spi.Validator;
import java.util.Optional;

/** A provider that hands out the parts it was put together from; what they are is all that differs. Immutable. */
abstract sealed class AssembledProvider implements Provider
        permits Facebook, Google, Instagram, LinkedIn, OAuth2Provider, Strava, X, XOAuth1, YouTube {

    private final String id;
    private final ProviderProfile profile;
    private final Refresher refresher;
    private final ResourceDialect resourceDialect;
    private final Optional<AuthorizationFlow> flow;
    private final Optional<Validator> validator;
    private final Optional<Revoker> revoker;
    private final Optional<AppTokens> appTokens;
    private final Optional<RequestSigner> signer;
    private final Optional<Enrichment> enrichment;
    private final Optional<Derivation> derivation;

    AssembledProvider(String id, ProviderParts parts) {
        this.id = id;
        this.profile = parts.profile;
        this.refresher = parts.refresher;
        this.resourceDialect = parts.resourceDialect;
        this.flow = parts.flow;
        this.validator = parts.validator;
        this.revoker = parts.revoker;
        this.appTokens = parts.appTokens;
        this.signer = parts.signer;
        this.enrichment = parts.enrichment;
        this.derivation = parts.derivation;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ProviderProfile profile() {
        return profile;
    }

    @Override
    public Refresher refresher() {
        return refresher;
    }

    @Override
    public ResourceDialect resourceDialect() {
        return resourceDialect;
    }

    @Override
    public Optional<AuthorizationFlow> authorizationFlow() {
        return flow;
    }

    @Override
    public Optional<Validator> validator() {
        return validator;
    }

    @Override
    public Optional<Revoker> revoker() {
        return revoker;
    }

    @Override
    public Optional<AppTokens> appTokens() {
        return appTokens;
    }

    @Override
    public Optional<RequestSigner> requestSigner() {
        return signer;
    }

    @Override
    public Optional<Enrichment> enrichment() {
        return enrichment;
    }

    @Override
    public Optional<Derivation> derivation() {
        return derivation;
    }
}
