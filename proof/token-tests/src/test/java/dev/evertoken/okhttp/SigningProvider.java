package dev.evertoken.okhttp;

import dev.evertoken.providers.Google;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.RequestSigner;
import java.util.Optional;

/** Google with an API that requires signed requests. */
record SigningProvider(Provider google, RequestSigner signer) implements Provider {

    SigningProvider(RequestSigner signer) {
        this(new Google(), signer);
    }

    @Override
    public String id() {
        return google.id();
    }

    @Override
    public ProviderProfile profile() {
        return google.profile();
    }

    @Override
    public Refresher refresher() {
        return google.refresher();
    }

    @Override
    public Optional<RequestSigner> requestSigner() {
        return Optional.of(signer);
    }
}
