package dev.evertoken.mirror;

import static dev.evertoken.mirror.MirrorFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.RawRequest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MirrorTest {

    private final MirrorFixture fixture = new MirrorFixture();
    private final FakeReceiver receiver = fixture.receiver;

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void aConnectReachesTheReceiverAsTheContractHasIt() {
        Mirror mirror = fixture.builder().build();
        TokenSet consent = fixture.connect(ANNA);

        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);

        RawRequest request = receiver.last();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/api/users/anna/google-calendar/connect");
        assertThat(request.header("Content-Type")).contains("application/json");
        assertThat(request.body())
                .isEqualTo("{\"access_token\":\"%s\",\"refresh_token\":\"%s\",\"token_expiry\":\"%s\",\"scope\":\"%s\"}"
                        .formatted(
                                consent.accessToken().map(Secret::reveal).orElseThrow(),
                                consent.refreshToken().map(Secret::reveal).orElseThrow(),
                                consent.expiresAt().orElseThrow(),
                                String.join(" ", consent.scopes())));
        assertThat(mirror.backlog().messages()).isZero();
    }

    @Test
    @Fault("K7")
    void aDisconnectReachesAReceiverThatWasDown() {
        Mirror mirror = fixture.builder().build();
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        String grant = receiver.last().header("Evertoken-Grant").orElseThrow();
        receiver.isDown();

        assertThat(fixture.tokens.disconnect(ANNA)).isTrue();
        assertThat(fixture.deliver(mirror, 1).failed()).isEqualTo(1);
        fixture.clock.advance(Duration.ofHours(5));
        assertThat(fixture.deliver(mirror, 1).failed()).isEqualTo(1);
        assertThat(mirror.lag()).isEqualTo(Duration.ofHours(5));
        receiver.responds(FakeReceiver.ACCEPTED);
        fixture.clock.advance(Duration.ofHours(2));

        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        RawRequest request = receiver.last();
        assertThat(request.method()).isEqualTo("DELETE");
        assertThat(request.target()).isEqualTo("/api/google-tokens/anna");
        assertThat(request.body()).isEmpty();
        assertThat(request.header("Evertoken-Grant")).contains(grant);
        assertThat(mirror.lag()).isZero();
    }
}
