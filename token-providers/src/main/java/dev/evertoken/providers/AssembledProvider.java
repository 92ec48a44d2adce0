package dev.evertoken.providers;

import dev.evertoken.providers.internal.oauth2.ProviderParts;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.ClientCredentialsGrant;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.UserLookup;
import dev.evertoken.spi.provider.Validator;
import java.util.Optional;

/** A provider that returns the parts it was created with; subclasses differ only in these parts. Immutable. */
abstract sealed class AssembledProvider implements Provider
        permits Facebook, Google, Instagram, LinkedIn, OAuth2Provider, Strava, X, XOAuth1, YouTube {

    private final String id;
    private final ProviderProfile profile;
    private final Refresher refresher;
    private final ResourceDialect resourceDialect;
    private final Optional<AuthorizationFlow> flow;
    private final Optional<Validator> validator;
    private final Optional<Revoker> revoker;
    private final Optional<ClientCredentialsGrant> clientCredentialsTokens;
    private final Optional<RequestSigner> signer;
    private final Optional<UserLookup> userLookup;
    private final Optional<Derivation> derivation;

    AssembledProvider(String id, ProviderParts parts) {
        this.id = id;
        this.profile = parts.profile;
        this.refresher = parts.refresher;
        this.resourceDialect = parts.resourceDialect;
        this.flow = parts.flow;
        this.validator = parts.validator;
        this.revoker = parts.revoker;
        this.clientCredentialsTokens = parts.clientCredentialsTokens;
        this.signer = parts.signer;
        this.userLookup = parts.userLookup;
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
    public Optional<ClientCredentialsGrant> clientCredentialsGrant() {
        return clientCredentialsTokens;
    }

    @Override
    public Optional<RequestSigner> requestSigner() {
        return signer;
    }

    @Override
    public Optional<UserLookup> userLookup() {
        return userLookup;
    }

    @Override
    public Optional<Derivation> derivation() {
        return derivation;
    }
}
