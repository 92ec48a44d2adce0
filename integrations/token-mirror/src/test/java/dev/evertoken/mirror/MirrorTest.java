package dev.evertoken.mirror;

import static dev.evertoken.mirror.MirrorFixture.ANNA;
import static dev.evertoken.mirror.MirrorFixture.BEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.outbox.Outbox;
import dev.evertoken.spi.outbox.OutboxException;
import dev.evertoken.spi.outbox.OutboxMessage;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.RawRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    // ---- a receiver in trouble

    @Test
    @Fault("K1")
    void aReceiverThatDoesNotRespondDelaysNoCaller() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        Mirror mirror = fixture.builder().sendRefreshes().build();
        TokenSet consent = fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        fixture.clock.advance(Duration.ofMinutes(1));
        receiver.does((request, connection) -> {
            arrived.countDown();
            held.await();
        });
        mirror.start();
        fixture.connect(BEN);
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

        AccessToken refreshed = fixture.tokens.refresh(ANNA, "while the receiver holds a request");

        assertThat(refreshed.value().reveal())
                .isNotEqualTo(consent.accessToken().map(Secret::reveal).orElseThrow());
        assertThat(fixture.tokens.disconnect(BEN)).isTrue();
        assertThat(mirror.backlog().messages()).as("messages that wait").isPositive();
        held.countDown();
    }

    @Test
    @Fault("K1")
    void aReceiverThatIsDownIsTriedAgainAfterPausesThatDouble() {
        Mirror mirror = fixture.builder().build();
        receiver.isDown();
        fixture.connect(ANNA);
        fixture.awaitMessages("mirror", 1);
        Instant began = fixture.clock.now();

        List<Long> attempts = new ArrayList<>();
        for (int second = 0; second <= 1000; second++) {
            int before = receiver.requests.size();
            var unused = mirror.deliverOnce(fixture.clock.now().plusSeconds(1));
            if (receiver.requests.size() > before) {
                attempts.add(Duration.between(began, fixture.clock.now()).toSeconds());
            }
            fixture.clock.advance(Duration.ofSeconds(1));
        }

        assertThat(attempts).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L, 127L, 255L, 511L);
        assertThat(mirror.lag()).isEqualTo(Duration.ofSeconds(1001));
        assertThat(mirror.pauseReason()).contains("no response: SocketException");
    }

    @Test
    @Fault("K1")
    void aStartedMirrorDeliversOnItsOwnOnceTheReceiverIsBack() {
        Mirror mirror = fixture.builder().build();
        receiver.isDown();
        mirror.start();
        fixture.connect(ANNA);
        MirrorFixture.until(() -> mirror.pauseReason().isPresent());

        receiver.responds(FakeReceiver.ACCEPTED);

        MirrorFixture.until(() -> {
            fixture.clock.advance(Duration.ofMillis(500));
            return mirror.backlog().messages() == 0;
        });
        assertThat(mirror.pauseReason()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    @Fault("K4")
    void aReceiverThatRefusesTheSenderGetsOneMessageInAWhile(int status) {
        receiver.responds(FakeReceiver.json(status, "{\"success\":false}"));
        Mirror mirror = fixture.builder().build();
        for (int i = 0; i < 20; i++) {
            fixture.connect(TokenKey.of("google", "user-" + i));
        }
        fixture.awaitMessages("mirror", 20);

        for (int minute = 0; minute < 120; minute++) {
            var unused = mirror.deliverOnce(fixture.clock.now().plusSeconds(1));
            fixture.clock.advance(Duration.ofMinutes(1));
        }

        assertThat(receiver.requests)
                .as("requests in two hours for 20 accounts")
                .hasSize(7);
        assertThat(mirror.pauseReason()).contains("the receiver responded " + status);
        receiver.responds(FakeReceiver.ACCEPTED);
        mirror.resume();
        fixture.clock.advance(Duration.ofHours(1));
        assertThat(fixture.deliver(mirror, 20).delivered()).isEqualTo(20);
    }

    @Test
    @Fault("K5")
    void aRedirectIsNotFollowed() {
        try (FakeReceiver other = new FakeReceiver()) {
            receiver.responds(FakeReceiver.json(307, "", "Location: " + other.url() + "/elsewhere"));
            Mirror mirror = fixture.builder().build();
            fixture.connect(ANNA);

            assertThat(fixture.deliver(mirror, 1).failed()).isEqualTo(1);

            assertThat(other.connections()).isZero();
            assertThat(mirror.pauseReason()).contains("the receiver responded 307; redirects are not followed");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"success\":false,\"message\":\"database\"}",
                "<html>Please log in</html>",
                "",
                "{\"success\":\"true\"}",
                "[]"
            })
    void aSuccessThatTheBodyDoesNotStateIsAFailure(String body) {
        receiver.responds(FakeReceiver.json(200, body));
        Mirror mirror = fixture.builder().build();
        fixture.connect(ANNA);

        assertThat(fixture.deliver(mirror, 1).failed()).isEqualTo(1);
        assertThat(mirror.backlog().messages()).isEqualTo(1);
    }

    @Test
    void aReceiverThatIsGoneGetsNothingMore() {
        receiver.responds(FakeReceiver.json(410, "{}"));
        Mirror mirror = fixture.builder().build();
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).failed()).isEqualTo(1);

        fixture.clock.advance(Duration.ofDays(30));
        fixture.connect(BEN);

        assertThat(fixture.deliver(mirror, 2).failed()).isZero();
        assertThat(receiver.requests).hasSize(1);
        assertThat(mirror.pauseReason()).contains("the receiver responded 410");
    }

    @Test
    void aReceiverThatAsksForAPauseGetsIt() {
        receiver.responds(FakeReceiver.json(429, "{}", "Retry-After: 120"));
        Mirror mirror = fixture.builder().build();
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).failed()).isEqualTo(1);
        receiver.responds(FakeReceiver.ACCEPTED);
        fixture.connect(BEN);

        fixture.clock.advance(Duration.ofSeconds(119));
        assertThat(fixture.deliver(mirror, 2).delivered()).isZero();
        fixture.clock.advance(Duration.ofSeconds(1));
        assertThat(fixture.deliver(mirror, 2).delivered()).isEqualTo(2);
    }

    @Test
    void aGigabyteIsNotRead() {
        AtomicLong written = new AtomicLong();
        receiver.does((request, connection) -> {
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n");
            byte[] chunk = new byte[1 << 16];
            while (written.addAndGet(chunk.length) < 1L << 30) {
                connection.write(chunk);
            }
        });
        Mirror mirror = fixture.builder().build();
        fixture.connect(ANNA);

        assertThat(fixture.deliver(mirror, 1).failed()).isEqualTo(1);
        assertThat(written.get()).isLessThan(64L << 20);
    }

    @Test
    void oneByteASecondIsNotWaitedFor() {
        receiver.does((request, connection) -> {
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
            connection.awaitEnd();
        });
        Mirror mirror = fixture.builder().timeout(Duration.ofMillis(300)).build();
        fixture.connect(ANNA);

        assertThat(fixture.deliver(mirror, 1).failed()).isEqualTo(1);
        assertThat(mirror.pauseReason()).contains("no complete response within 300 ms");
    }

    @Test
    void anAccountThatTheReceiverDoesNotKnowIsDisconnectedAlready() {
        Mirror mirror = fixture.builder().build();
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        receiver.responds(FakeReceiver.json(404, "{\"success\":false}"));

        assertThat(fixture.tokens.disconnect(ANNA)).isTrue();

        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        assertThat(mirror.pauseReason()).isEmpty();
    }

    @Test
    void aConnectPathThatTheReceiverDoesNotHaveIsAMistakeOfTheConfiguration() {
        receiver.responds(FakeReceiver.json(404, "{}"));
        Mirror mirror = fixture.builder().build();
        fixture.connect(ANNA);

        assertThat(fixture.deliver(mirror, 1).failed()).isEqualTo(1);
        assertThat(mirror.pauseReason()).contains("the receiver responded 404; check the path");
    }

    // ---- what is sent

    @Test
    void onlyTheNewestStateOfAnAccountIsSent() {
        AtomicInteger added = new AtomicInteger();
        Mirror mirror = fixture.builder()
                .outbox(new ForwardingOutbox(fixture.outbox) {
                    @Override
                    public void add(OutboxMessage message) {
                        super.add(message);
                        added.incrementAndGet();
                    }
                })
                .build();
        fixture.connect(ANNA);
        assertThat(fixture.tokens.disconnect(ANNA)).isTrue();
        fixture.clock.advance(Duration.ofSeconds(1));
        TokenSet last = fixture.connect(ANNA);
        MirrorFixture.until(() -> added.get() == 3);

        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        assertThat(receiver.requests).hasSize(1);
        assertThat(receiver.last().method()).isEqualTo("POST");
        assertThat(receiver.last().body())
                .contains(last.refreshToken().map(Secret::reveal).orElseThrow());
    }

    @Test
    void anAccountThatWasConnectedBeforeTheMirrorIsSentOnRequest() {
        fixture.connect(ANNA);
        fixture.connect(BEN);
        Mirror mirror = fixture.builder().build();
        assertThat(mirror.backlog().messages()).isZero();

        assertThat(mirror.sendAll()).isEqualTo(2);

        assertThat(fixture.deliver(mirror, 2).delivered()).isEqualTo(2);
    }

    @Test
    void aDisconnectThatNobodyToldOfIsSentInPlaceOfTheConnect() {
        Mirror mirror = fixture.builder().build();
        fixture.connect(ANNA);
        fixture.awaitMessages("mirror", 1);
        fixture.store.remove(ANNA, fixture.store.load(ANNA).orElseThrow().revision());

        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);

        assertThat(receiver.last().method()).isEqualTo("DELETE");
    }

    @Test
    void aRecordThatCannotBeReadIsTriedAgainLater() {
        Mirror mirror = fixture.builder().build();
        fixture.connect(ANNA);
        fixture.awaitMessages("mirror", 1);
        Tokens elsewhere = fixture.keep(fixture.google
                .configure(Tokens.builder().namespace("other").store(fixture.store))
                .build());
        fixture.store.remove(ANNA, fixture.store.load(ANNA).orElseThrow().revision());
        elsewhere.connect(ANNA, fixture.google.consent("anna"));

        assertThat(fixture.deliver(mirror, 1).failed()).isEqualTo(1);

        assertThat(receiver.requests).isEmpty();
        assertThat(mirror.backlog().messages()).isEqualTo(1);
        assertThat(mirror.sendAll()).as("records of another application").isZero();
    }

    @Test
    void aRefreshIsNotSentUnlessItIsWanted() {
        Mirror silent = fixture.builder().build();
        Mirror eager = fixture.builder().id("eager").sendRefreshes().build();
        fixture.connect(ANNA);
        assertThat(fixture.deliver(silent, 1).delivered()).isEqualTo(1);
        assertThat(fixture.deliver(eager, "eager", 1).delivered()).isEqualTo(1);

        fixture.clock.advance(Duration.ofMinutes(1));
        AccessToken refreshed = fixture.tokens.refresh(ANNA, "test");

        assertThat(fixture.deliver(eager, "eager", 1).delivered()).isEqualTo(1);
        assertThat(receiver.last().body()).contains(refreshed.value().reveal());
        assertThat(receiver.last().header("Evertoken-Generation")).contains("2");
        assertThat(silent.backlog().messages()).isZero();
    }

    @Test
    void theReceiverIsAuthenticatedByHeadersThatAreAskedForEachTime() {
        AtomicInteger asked = new AtomicInteger();
        Mirror mirror = fixture.builder()
                .headers(() -> Map.of("Authorization", "Bearer service-" + asked.incrementAndGet()))
                .build();
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        assertThat(receiver.last().header("Authorization")).contains("Bearer service-1");
        assertThat(fixture.tokens.disconnect(ANNA)).isTrue();

        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        assertThat(receiver.last().header("Authorization")).contains("Bearer service-2");
    }

    @Test
    void theOutboxHoldsNoSecret() {
        try (Mirror unused = fixture.builder().build()) {
            assertThat(unused.isOn()).isTrue();
        }
        TokenSet consent = fixture.connect(ANNA);
        fixture.awaitMessages("mirror", 1);

        String stored = fixture.outbox
                .lease("mirror", fixture.clock.now(), Duration.ofSeconds(1), 1)
                .get(0)
                .message()
                .payload();

        assertThat(stored)
                .contains("consented_at")
                .doesNotContain(consent.accessToken().map(Secret::reveal).orElseThrow())
                .doesNotContain(consent.refreshToken().map(Secret::reveal).orElseThrow());
    }

    @Test
    void anIdThatWouldLeadToAnotherPathIsNotSent() {
        Mirror mirror = fixture.builder().build();
        fixture.connect(TokenKey.of("google", ".."));
        assertThat(fixture.deliver(mirror, 1).dropped()).isEqualTo(1);
        assertThat(receiver.requests).isEmpty();

        fixture.connect(TokenKey.of("google", "a/b?c#d e+ü"));
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        assertThat(receiver.last().target()).isEqualTo("/api/users/a%2Fb%3Fc%23d%20e%2B%C3%BC/google-calendar/connect");
    }

    @Test
    void thePathsAreTemplates() {
        Mirror mirror = fixture.builder()
                .url(receiver.url() + "/base/")
                .connectPath("/v2/{registration}/{user_id}")
                .disconnectPath("/v2/{registration}/{user_id}")
                .build();
        fixture.connect(ANNA);

        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        assertThat(receiver.last().target()).isEqualTo("/base/v2/google/anna");
    }

    // ---- who refreshes

    @Test
    @Fault("K6")
    void aRefreshTokenThatIsAcceptedOnceIsNotMirrored() {
        Tokens strava = fixture.open(fixture.providers.strava());

        assertThatThrownBy(() -> Mirror.builder(strava)
                        .url(receiver.url())
                        .outbox(fixture.outbox)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the refresh tokens of strava cannot be mirrored: its provider accepts each of them once, so"
                                + " only one side may refresh. Set accessTokensOnly(), or name the other registrations with"
                                + " registrations(…)");
    }

    @Test
    @Fault("K6")
    void aReceiverThatMustNotRefreshGetsEachNewAccessTokenAndNoRefreshToken() {
        MockProvider provider = fixture.providers.strava();
        Tokens strava = fixture.open(provider);
        Mirror mirror = Mirror.builder(strava)
                .url(receiver.url())
                .outbox(fixture.outbox)
                .accessTokensOnly()
                .build();
        TokenKey anna = TokenKey.of("strava", "anna");
        TokenSet consent = provider.consent("anna");
        strava.connect(anna, consent);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        assertThat(receiver.last().body()).doesNotContain("refresh_token");

        fixture.clock.advance(Duration.ofMinutes(1));
        AccessToken refreshed = strava.refresh(anna, "test");

        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        assertThat(receiver.last().body()).contains(refreshed.value().reveal()).doesNotContain("refresh_token");
    }

    // ---- the configuration

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  "})
    void withoutAnAddressTheMirrorIsOff(@Nullable String url) {
        Mirror mirror = Mirror.builder(fixture.tokens).url(url).build();
        mirror.start();
        fixture.connect(ANNA);

        assertThat(mirror.isOn()).isFalse();
        assertThat(mirror.deliverOnce(fixture.clock.now().plusSeconds(1)).delivered())
                .isZero();
        assertThat(mirror.lag()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://mirror.example | the address of the mirror at mirror.example must be https; http is for loopback addresses alone",
                "ftp://mirror.example | the address of the mirror must be an https address",
                "mirror.example | the address of the mirror must be an absolute address with a host, without user info and fragment",
                "https:// | the address of the mirror is no valid address: Expected authority at index 8",
                "https://user:secret@mirror.example | the address of the mirror must be an absolute address with a host, without user info and fragment",
                "https://mirror.example/?a=b | the address of the mirror must not have a query",
                "https://mirror example | the address of the mirror is no valid address: Illegal character in authority at index 8"
            })
    void anAddressThatCannotBeUsedIsRefused(String url, String message) {
        assertThatThrownBy(() -> fixture.builder().url(url).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void registrationsThatThePathsDoNotTellApartAreRefused() {
        Tokens both = fixture.keep(fixture.providers
                .youtube()
                .configure(fixture.google.configure(
                        Tokens.builder().namespace("both").store(fixture.store)))
                .build());

        assertThatThrownBy(() -> Mirror.builder(both)
                        .url(receiver.url())
                        .outbox(fixture.outbox)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it needs exactly one registration; set it with registrations(…)");
    }

    @Test
    void anOutboxThatFailsCostsNoMessage() {
        AtomicBoolean fails = new AtomicBoolean(true);
        Outbox failing = new ForwardingOutbox(fixture.outbox) {
            @Override
            public void add(OutboxMessage message) {
                if (fails.get()) {
                    throw new OutboxException("the disk is full");
                }
                super.add(message);
            }
        };
        Mirror mirror = fixture.builder().outbox(failing).build();
        mirror.start();
        fixture.connect(ANNA);
        MirrorFixture.until(() -> mirror.backlog().messages() == 1);
        assertThat(receiver.requests).isEmpty();

        fails.set(false);
        fixture.clock.advance(Duration.ofSeconds(30));

        MirrorFixture.until(() -> receiver.requests.size() == 1);
    }
}
