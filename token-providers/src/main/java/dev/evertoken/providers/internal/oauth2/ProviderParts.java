package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.internal.values.Once;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.ClientCredentialsGrant;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.UserLookup;
import dev.evertoken.spi.provider.Validator;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Collects the parts of a provider: the two required ones and any optional ones. The optional ones are suppliers,
 * because the first token of a process needs none of them. Not thread-safe; set the parts on one thread before creating
 * the provider.
 */
public final class ProviderParts {

    public final ProviderProfile profile;
    public final Refresher refresher;
    public Optional<Supplier<AuthorizationFlow>> flow = Optional.empty();
    public Optional<Supplier<Validator>> validator = Optional.empty();
    public Optional<Supplier<Revoker>> revoker = Optional.empty();
    public Optional<Supplier<ClientCredentialsGrant>> clientCredentialsTokens = Optional.empty();
    public Optional<Supplier<RequestSigner>> signer = Optional.empty();
    public Optional<Supplier<UserLookup>> userLookup = Optional.empty();
    public Optional<Supplier<Derivation>> derivation = Optional.empty();

    public ProviderParts(ProviderProfile profile, Refresher refresher) {
        this.profile = profile;
        this.refresher = refresher;
    }

    public ProviderParts flow(Supplier<AuthorizationFlow> part) {
        this.flow = Optional.of(new Once<>(part));
        return this;
    }

    public ProviderParts validator(Supplier<Validator> part) {
        this.validator = Optional.of(new Once<>(part));
        return this;
    }

    public ProviderParts revoker(Supplier<Revoker> part) {
        this.revoker = Optional.of(new Once<>(part));
        return this;
    }

    public ProviderParts clientCredentialsTokens(Supplier<ClientCredentialsGrant> part) {
        this.clientCredentialsTokens = Optional.of(new Once<>(part));
        return this;
    }

    public ProviderParts signer(Supplier<RequestSigner> part) {
        this.signer = Optional.of(new Once<>(part));
        return this;
    }

    public ProviderParts userLookup(Supplier<UserLookup> part) {
        this.userLookup = Optional.of(new Once<>(part));
        return this;
    }

    public ProviderParts derivation(Supplier<Derivation> part) {
        this.derivation = Optional.of(new Once<>(part));
        return this;
    }
}
