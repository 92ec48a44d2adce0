package dev.evertoken.providers;

import dev.evertoken.internal.values.Once;
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
import java.util.function.Supplier;

/**
 * A provider that is assembled from its parts; subclasses differ only in these parts. The service loader creates all
 * providers to find one by its id, so the parts are created when they are first requested. Immutable.
 */
abstract sealed class AssembledProvider implements Provider
        permits Facebook, Google, Instagram, LinkedIn, OAuth2Provider, Strava, X, XOAuth1, YouTube {

    private final String id;
    private final Once<ProviderParts> assembled = new Once<>(new Creation());

    AssembledProvider(String id) {
        this.id = id;
    }

    /** A named class, which loads faster than a lambda. */
    private final class Creation implements Supplier<ProviderParts> {
        @Override
        public ProviderParts get() {
            return parts();
        }
    }

    /** Creates the parts. Called once. */
    abstract ProviderParts parts();

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final ProviderProfile profile() {
        return assembled.get().profile;
    }

    @Override
    public final Refresher refresher() {
        return assembled.get().refresher;
    }

    @Override
    public abstract ResourceDialect resourceDialect();

    @Override
    public final Optional<AuthorizationFlow> authorizationFlow() {
        return created(assembled.get().flow);
    }

    @Override
    public final Optional<Validator> validator() {
        return created(assembled.get().validator);
    }

    @Override
    public final Optional<Revoker> revoker() {
        return created(assembled.get().revoker);
    }

    @Override
    public final Optional<ClientCredentialsGrant> clientCredentialsGrant() {
        return created(assembled.get().clientCredentialsTokens);
    }

    @Override
    public final Optional<RequestSigner> requestSigner() {
        return created(assembled.get().signer);
    }

    @Override
    public final Optional<UserLookup> userLookup() {
        return created(assembled.get().userLookup);
    }

    @Override
    public final Optional<Derivation> derivation() {
        return created(assembled.get().derivation);
    }

    private static <T> Optional<T> created(Optional<Supplier<T>> part) {
        return part.isPresent() ? Optional.of(part.get().get()) : Optional.empty();
    }
}
