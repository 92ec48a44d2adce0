package dev.evertoken.catalogue;

import dev.evertoken.providers.OAuth2Provider;
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
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A provider whose description is read when it is first used, so that the others cost nothing. Thread-safe. */
abstract class CataloguedProvider implements Provider {

    private final String id;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Provider described;

    CataloguedProvider(String id) {
        this.id = id;
    }

    private Provider described() {
        Provider present = described;
        if (present != null) {
            return present;
        }
        lock.lock();
        try {
            Provider read = described;
            if (read == null) {
                read = OAuth2Provider.of(Catalogue.description(id));
                described = read;
            }
            return read;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ProviderProfile profile() {
        return described().profile();
    }

    @Override
    public Refresher refresher() {
        return described().refresher();
    }

    @Override
    public ResourceDialect resourceDialect() {
        return described().resourceDialect();
    }

    @Override
    public Optional<AuthorizationFlow> authorizationFlow() {
        return described().authorizationFlow();
    }

    @Override
    public Optional<Validator> validator() {
        return described().validator();
    }

    @Override
    public Optional<Revoker> revoker() {
        return described().revoker();
    }

    @Override
    public Optional<ClientCredentialsGrant> clientCredentialsGrant() {
        return described().clientCredentialsGrant();
    }

    @Override
    public Optional<RequestSigner> requestSigner() {
        return described().requestSigner();
    }

    @Override
    public Optional<UserLookup> userLookup() {
        return described().userLookup();
    }

    @Override
    public Optional<Derivation> derivation() {
        return described().derivation();
    }

    @Override
    public String toString() {
        return "CataloguedProvider[" + id + "]";
    }
}
