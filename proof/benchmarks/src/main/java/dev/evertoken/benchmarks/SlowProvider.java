package dev.evertoken.benchmarks;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A provider that rotates its refresh tokens and takes a tenth of a second for each response. Thread-safe. */
final class SlowProvider implements Provider, Refresher {

    private static final long PAUSE_MILLIS = 100;

    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    public String id() {
        return "slow";
    }

    @Override
    public ProviderProfile profile() {
        return ProviderProfile.builder(RefreshModel.ROTATING)
                .endpoints(Endpoints.token(URI.create("https://slow.example/token")))
                .build();
    }

    @Override
    public Refresher refresher() {
        return this;
    }

    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        if (!request.permit().maySend()) {
            throw new IllegalStateException("the engine does not permit a call");
        }
        return respond(request.tokens().accessToken().orElseThrow());
    }

    /** Returns the tokens that replace others, after a pause. */
    TokenOutcome respond(Secret replaced) {
        Instant began = Instant.now();
        pause();
        return new TokenOutcome.Issued(TokenResponse.builder(began)
                .accessToken(Secret.of(replaced.reveal() + "'"))
                .refreshToken(Optional.of(Secret.of("refresh-" + replaced.reveal())))
                .expiresAt(began.plus(Duration.ofHours(1)))
                .build());
    }

    private void pause() {
        try {
            if (never.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the pause ended early");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
