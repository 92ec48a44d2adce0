package dev.evertoken.mirror;

import static dev.evertoken.mirror.MirrorFixture.ANNA;
import static dev.evertoken.mirror.MirrorFixture.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.mirror.receiver.MirrorReceiver;
import dev.evertoken.mirror.receiver.ReceivedRequest;
import dev.evertoken.mirror.receiver.ReceivedVersion;
import dev.evertoken.mirror.receiver.ReceivedVersions;
import dev.evertoken.mirror.receiver.ReceiverReply;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.RawRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorReceiverTest {

    private static final KeyRing KEYS = ReceiverFixture.keys("k1");

    private final MirrorFixture fixture = new MirrorFixture();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private ReceiverFixture receiver(KeyRing keys) {
        return new ReceiverFixture(fixture, ReceivedVersions.inMemory(), keys);
    }

    private Mirror.Builder mirror(KeyRing keys) {
        return fixture.builder()
                .headers(() -> Map.of("Authorization", ReceiverFixture.BEARER))
                .comparePath("/api/token-mirror/accounts")
                .signing(keys);
    }

    // ---- both sides

    @Test
    void tokensAreStoredAndRemovedAtTheReceiver() {
        ReceiverFixture there = receiver(KEYS);
        Mirror mirror = mirror(KEYS).build();
        TokenSet consent = fixture.connect(ANNA);

        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);

        assertThat(there.tokens.accessToken(ANNA).value())
                .isEqualTo(consent.accessToken().orElseThrow());
        assertThat(there.tokens.operations().open(ANNA).orElseThrow().tokens().refreshToken())
                .isEqualTo(consent.refreshToken());

        assertThat(fixture.tokens.disconnect(ANNA)).isTrue();
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        assertThat(there.tokens.operations().record(ANNA)).isEmpty();
    }

    @Test
    void theReceiverRefreshesWithItsCopyOfTheRefreshToken() {
        ReceiverFixture there = receiver(KEYS);
        Mirror mirror = mirror(KEYS).build();
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        fixture.clock.advance(Duration.ofHours(2));

        assertThat(there.tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(fixture.tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    // ---- order

    @Test
    @Fault("K2")
    void anOlderConnectThatArrivesLateIsRefused() {
        ReceiverFixture there = receiver(KeyRing.none());
        Mirror mirror = mirror(KeyRing.none()).build();
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        RawRequest older = fixture.receiver.last();
        fixture.clock.advance(Duration.ofSeconds(5));
        TokenSet newest = fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);

        assertThat(there.response(older)).contains(" 409 ").contains("\"success\":false");

        assertThat(there.tokens.accessToken(ANNA).value())
                .isEqualTo(newest.accessToken().orElseThrow());
    }

    @Test
    @Fault("K2")
    void aConnectThatArrivesAfterItsDisconnectIsRefused() {
        ReceiverFixture there =
                new ReceiverFixture(fixture, ReceivedVersions.file(folder.resolve("v/versions.log")), KeyRing.none());
        Mirror mirror = mirror(KeyRing.none()).build();
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        RawRequest connect = fixture.receiver.last();
        assertThat(fixture.tokens.disconnect(ANNA)).isTrue();
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);

        assertThat(there.response(connect)).contains(" 409 ");
        there.versions.close();
        ReceiverFixture restarted =
                new ReceiverFixture(fixture, ReceivedVersions.file(folder.resolve("v/versions.log")), KeyRing.none());

        assertThat(restarted.response(connect)).as("after a restart").contains(" 409 ");
        assertThat(restarted.tokens.operations().record(ANNA)).isEmpty();
    }

    @Test
    @Fault("K2")
    void aDisconnectOfAnEarlierGrantKeepsTheNewOne() {
        ReceiverFixture there = receiver(KeyRing.none());
        Mirror mirror = mirror(KeyRing.none()).build();
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        assertThat(fixture.tokens.disconnect(ANNA)).isTrue();
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        RawRequest disconnect = fixture.receiver.last();
        fixture.clock.advance(Duration.ofSeconds(5));
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);

        assertThat(there.response(disconnect)).contains(" 409 ");

        assertThat(there.tokens.operations().record(ANNA)).isPresent();
    }

    @Test
    @Fault("K2")
    void aMessageThatArrivesTwiceChangesNothing() {
        ReceiverFixture there = receiver(KeyRing.none());
        Mirror mirror = mirror(KeyRing.none()).build();
        TokenSet consent = fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);

        assertThat(there.response(fixture.receiver.last())).contains(" 200 ");

        assertThat(there.tokens.accessToken(ANNA).value())
                .isEqualTo(consent.accessToken().orElseThrow());
    }

    // ---- loss

    @Test
    @Fault("K3")
    void whatTheReceiverHasLostIsSentAgainAndWhatItHasKeptIsRemoved() {
        ReceiverFixture there = receiver(KEYS);
        Mirror mirror = mirror(KEYS).build();
        fixture.connect(ANNA);
        fixture.connect(BEN);
        assertThat(fixture.deliver(mirror, 2).delivered()).isEqualTo(2);
        assertThat(mirror.compare()).isEqualTo(new ComparisonReport(2, 0, 0, 0));
        assertThat(there.tokens.disconnect(ANNA))
                .as("the receiver loses an account")
                .isTrue();
        assertThat(fixture.tokens.disconnect(BEN)).isTrue();
        fixture.awaitMessages("mirror", 1);
        assertThat(fixture.outbox.clear("mirror")).as("the disconnect is lost").isEqualTo(1);

        assertThat(mirror.compare()).isEqualTo(new ComparisonReport(1, 1, 1, 0));

        assertThat(fixture.deliver(mirror, 2).delivered()).isEqualTo(2);
        assertThat(there.tokens.operations().record(ANNA)).isPresent();
        assertThat(there.tokens.operations().record(BEN)).isEmpty();
        assertThat(mirror.compare()).isEqualTo(new ComparisonReport(1, 0, 0, 0));
    }

    @Test
    @Fault("K3")
    void aStartedMirrorComparesOnItsOwn() {
        ReceiverFixture there = receiver(KEYS);
        Mirror mirror = mirror(KEYS).compareEvery(Duration.ofMinutes(10)).build();
        mirror.start();
        fixture.connect(ANNA);
        MirrorFixture.until(() -> there.tokens.operations().record(ANNA).isPresent()
                && mirror.backlog().messages() == 0);
        assertThat(there.tokens.disconnect(ANNA)).isTrue();

        MirrorFixture.until(() -> {
            fixture.clock.advance(Duration.ofSeconds(30));
            return there.tokens.operations().record(ANNA).isPresent();
        });
    }

    @Test
    void theListOfTheReceiverHasPages() {
        ReceiverFixture there = receiver(KEYS);
        Mirror mirror = mirror(KEYS).threads(4).build();
        MirrorVersion version = new MirrorVersion("g", fixture.clock.now(), 1);
        for (int i = 0; i < 501; i++) {
            there.versions.save(new ReceivedVersion(TokenKey.of("google", "gone-" + i), "gone-" + i, version));
        }
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        int before = fixture.receiver.requests.size();

        assertThat(mirror.compare()).isEqualTo(new ComparisonReport(1, 0, 0, 0));
        assertThat(mirror.backlog().messages()).isZero();

        assertThat(fixture.receiver.requests.subList(before, fixture.receiver.requests.size()))
                .extracting(RawRequest::target)
                .containsExactly("/api/token-mirror/accounts", "/api/token-mirror/accounts?after=gone-97");
    }

    @Test
    void aWrongStoreDoesNotEmptyTheReceiver() {
        ReceiverFixture there = receiver(KEYS);
        MirrorVersion version = new MirrorVersion("g", fixture.clock.now(), 1);
        for (int i = 0; i < 11; i++) {
            TokenKey account = TokenKey.of("google", "user-" + i);
            there.tokens.connect(account, fixture.google.consent("user-" + i));
            there.versions.save(new ReceivedVersion(account, account.account(), version));
        }
        Mirror mirror = mirror(KEYS).build();

        assertThat(mirror.compare()).isEqualTo(new ComparisonReport(0, 0, 11, 0));

        assertThat(mirror.backlog().messages()).isZero();
    }

    // ---- forgery

    @Test
    @Fault("K8")
    void aMessageIsAcceptedOnce() {
        ReceiverFixture there = receiver(KEYS);
        RawRequest sent = signedConnect(KEYS);

        assertThat(there.response(sent)).contains(" 401 ").contains("the message was received before");
    }

    @Test
    @Fault("K8")
    void aMessageIsAcceptedForFiveMinutes() {
        fixture.receiver.responds(FakeReceiver.ACCEPTED);
        RawRequest sent = signedConnect(KEYS);
        ReceiverFixture there = receiver(KEYS);

        fixture.clock.advance(Duration.ofMinutes(5).plusSeconds(1));

        assertThat(there.response(sent)).contains(" 401 ").contains("was signed more than 5 minutes from now");
        assertThat(there.tokens.operations().record(ANNA)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "path, /api/users/ben/google-calendar/connect",
        "body, {}",
        "Evertoken-Generation, 7",
        "Evertoken-Grant, other",
        "Evertoken-Consented-At, 2030-01-01T00:00:00Z",
        "Evertoken-Signature, v1;key=k1;time=1;nonce=0123456789abcdef;mac=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "Evertoken-Signature, none"
    })
    @Fault("K8")
    void aMessageThatWasChangedIsRefused(String part, String value) {
        fixture.receiver.responds(FakeReceiver.ACCEPTED);
        RawRequest sent = signedConnect(KEYS);
        ReceiverFixture there = receiver(KEYS);
        Map<String, String> headers = new LinkedHashMap<>(sent.headers());
        headers.replaceAll((name, old) -> name.equalsIgnoreCase(part) ? value : old);
        RawRequest changed = new RawRequest(
                sent.method(),
                part.equals("path") ? value : sent.target(),
                headers,
                part.equals("body") ? value : sent.body());

        assertThat(there.response(changed)).contains(" 401 ").contains("the message has no valid signature");
        assertThat(there.response(sent)).as("the message itself").contains(" 200 ");
    }

    @Test
    @Fault("K8")
    void aMessageOfAnUnknownKeyIsRefusedAndAnEarlierKeyOfTheRingIsAccepted() {
        fixture.receiver.responds(FakeReceiver.ACCEPTED);
        RawRequest sent = signedConnect(KEYS);

        assertThat(receiver(ReceiverFixture.keys("k2")).response(sent)).contains(" 401 ");
        assertThat(receiver(KEYS.rotatedTo("k3", new byte[32])).response(sent)).contains(" 200 ");
    }

    @Test
    @Fault("K8")
    void theListOfAccountsIsSignedToo() {
        ReceiverFixture there = receiver(KEYS);

        Optional<ReceiverReply> reply = there.receiver.handle(
                new ReceivedRequest("GET", "/api/token-mirror/accounts", "", Map.of(), new byte[0]));

        assertThat(reply.orElseThrow().status()).isEqualTo(401);
    }

    private RawRequest signedConnect(KeyRing keys) {
        Mirror mirror = mirror(keys).build();
        fixture.connect(ANNA);
        assertThat(fixture.deliver(mirror, 1).delivered()).isEqualTo(1);
        return fixture.receiver.last();
    }

    // ---- the contract

    private static final String VALID =
            "{\"access_token\":\"a-1\",\"refresh_token\":\"r-1\",\"token_expiry\":\"2026-01-01T01:00:00+00:00\",\"scope\":\"calendar\"}";

    @Test
    void aPlainSenderGetsTheResponseOfTheContract() {
        ReceiverFixture there = receiver(KeyRing.none());

        assertThat(plain(there, "POST", "/api/users/anna/google-calendar/connect", VALID))
                .isEqualTo(
                        new ReceiverReply(
                                200,
                                "{\"success\":true,\"message\":\"the tokens are stored\",\"user_id\":\"anna\",\"token_expiry\":\"2026-01-01T01:00:00Z\"}"));
        assertThat(there.tokens.accessToken(ANNA).value()).isEqualTo(Secret.of("a-1"));
        assertThat(plain(there, "DELETE", "/api/google-tokens/anna", ""))
                .isEqualTo(new ReceiverReply(
                        200, "{\"success\":true,\"message\":\"the tokens are removed\",\"user_id\":\"anna\"}"));
        assertThat(plain(there, "DELETE", "/api/google-tokens/anna", "").status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "'' | body",
                "[] | body",
                "{} | access_token, refresh_token, token_expiry",
                "{\"access_token\":\"a\",\"refresh_token\":\"r\"} | token_expiry",
                "{\"access_token\":\"a\",\"refresh_token\":7,\"token_expiry\":\"2026-01-01T01:00:00Z\"} | refresh_token",
                "{\"access_token\":\"a b\",\"refresh_token\":\"r\",\"token_expiry\":\"2026-01-01T01:00:00Z\"} | access_token",
                "{\"access_token\":\"changeme\",\"refresh_token\":\"r\",\"token_expiry\":\"2026-01-01T01:00:00Z\"} | access_token or refresh_token",
                "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"token_expiry\":\"tomorrow\"} | token_expiry",
                "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"token_expiry\":\"2026-01-01T01:00:00Z\",\"scope\":[]} | scope"
            })
    void missingAndInvalidFieldsAreNamed(String body, String fields) {
        ReceiverFixture there = receiver(KeyRing.none());

        assertThat(plain(there, "POST", "/api/users/anna/google-calendar/connect", body))
                .isEqualTo(new ReceiverReply(
                        400, "{\"success\":false,\"error\":\"missing or invalid fields: " + fields + "\"}"));
    }

    @Test
    void aSenderThatMayNotActForTheUserIsRefused() {
        ReceiverFixture there = receiver(KeyRing.none());

        ReceiverReply reply = there.receiver
                .handle(new ReceivedRequest(
                        "POST",
                        "/api/users/anna/google-calendar/connect",
                        "",
                        Map.of(),
                        VALID.getBytes(StandardCharsets.UTF_8)))
                .orElseThrow();

        assertThat(reply.status()).isEqualTo(403);
        assertThat(there.tokens.operations().record(ANNA)).isEmpty();
    }

    @Test
    void aMessageOfAnAccountThatIsBeingStoredIsSentAgain() throws Exception {
        ReceiverFixture there = receiver(KeyRing.none());
        CompletableFuture<ReceiverReply> second = new CompletableFuture<>();
        MirrorReceiver[] receiver = new MirrorReceiver[1];
        ReceivedRequest connect = new ReceivedRequest(
                "POST",
                "/api/users/anna/google-calendar/connect",
                "",
                Map.of(),
                VALID.getBytes(StandardCharsets.UTF_8));
        ReceivedVersions slow = new ForwardingVersions(there.versions) {
            @Override
            public Optional<ReceivedVersion> last(TokenKey account) {
                if (!second.isDone()) {
                    second.complete(receiver[0].handle(connect).orElseThrow());
                }
                return super.last(account);
            }
        };
        receiver[0] = MirrorReceiver.builder(there.tokens)
                .accounts((request, user) -> Optional.of(TokenKey.of("google", user)))
                .versions(slow)
                .build();
        Map<String, String> version = new MirrorVersion("g", fixture.clock.now(), 1).headers();

        ReceiverReply first = receiver[0]
                .handle(new ReceivedRequest("POST", connect.path(), "", version, connect.body()))
                .orElseThrow();

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.join().status()).isEqualTo(500);
        assertThat(second.join().body()).contains("another message of the user is being handled");
    }

    @Test
    void aStoreThatFailsIsAnErrorOfTheServer() {
        ReceiverFixture there = receiver(KeyRing.none());
        there.tokens.close();

        assertThat(plain(there, "POST", "/api/users/anna/google-calendar/connect", VALID)
                        .status())
                .isEqualTo(500);
    }

    @Test
    void aRequestForAnotherRouteIsLeftToTheApplication() {
        ReceiverFixture there = receiver(KeyRing.none());

        assertThat(there.receiver.handle(new ReceivedRequest("GET", "/health", "", Map.of(), new byte[0])))
                .isEmpty();
        assertThat(there.receiver.handle(
                        new ReceivedRequest("POST", "/api/google-tokens/anna", "", Map.of(), new byte[0])))
                .isEmpty();
    }

    private static ReceiverReply plain(ReceiverFixture there, String method, String path, String body) {
        return there.receiver
                .handle(new ReceivedRequest(
                        method,
                        path,
                        "",
                        Map.of("authorization", ReceiverFixture.BEARER),
                        body.getBytes(StandardCharsets.UTF_8)))
                .orElseThrow();
    }
}
