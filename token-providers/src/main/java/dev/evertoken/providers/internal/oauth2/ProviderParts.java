package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.ClientCredentialsGrant;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.UserLookup;
import dev.evertoken.spi.provider.Validator;
import java.util.Optional;

/**
 * Collects the parts of a provider: the three required ones and any optional ones. Not thread-safe; set the parts on
 * one thread before creating the provider.
 */
public final class ProviderParts {

    public final ProviderProfile profile;
    public final Refresher refresher;
    public final ResourceDialect resourceDialect;
    public Optional<AuthorizationFlow> flow = Optional.empty();
    public Optional<Validator> validator = Optional.empty();
    public Optional<Revoker> revoker = Optional.empty();
    public Optional<ClientCredentialsGrant> clientCredentialsTokens = Optional.empty();
    public Optional<RequestSigner> signer = Optional.empty();
    public Optional<UserLookup> userLookup = Optional.empty();
    public Optional<Derivation> derivation = Optional.empty();

    public ProviderParts(ProviderProfile profile, Refresher refresher, ResourceDialect resourceDialect) {
        this.profile = profile;
        this.refresher = refresher;
        this.resourceDialect = resourceDialect;
    }

    public ProviderParts flow(AuthorizationFlow part) {
        this.flow = Optional.of(part);
        return this;
    }

    public ProviderParts validator(Validator part) {
        this.validator = Optional.of(part);
        return this;
    }

    public ProviderParts revoker(Revoker part) {
        this.revoker = Optional.of(part);
        return this;
    }

    public ProviderParts clientCredentialsTokens(ClientCredentialsGrant part) {
        this.clientCredentialsTokens = Optional.of(part);
        return this;
    }

    public ProviderParts signer(RequestSigner part) {
        this.signer = Optional.of(part);
        return this;
    }

    public ProviderParts userLookup(UserLookup part) {
        this.userLookup = Optional.of(part);
        return this;
    }

    public ProviderParts derivation(Derivation part) {
        this.derivation = Optional.of(part);
        return this;
    }
}
