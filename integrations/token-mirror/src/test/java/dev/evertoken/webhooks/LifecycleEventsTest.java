package dev.evertoken.webhooks;

import static dev.evertoken.webhooks.WebhooksFixture.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.webhooks.LifecycleEvent.Failure;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The events that real engines cause, in the order in which they happen. */
class LifecycleEventsTest {

    private final WebhooksFixture fixture = new WebhooksFixture();
    private final List<LifecycleEvent> events = new CopyOnWriteArrayList<>();

    LifecycleEventsTest() {
        listen(fixture.tokens, events);
    }

    private static void listen(Tokens tokens, List<LifecycleEvent> into) {
        tokens.operations().addListener(new LifecycleEvents(tokens, into::add));
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void aConnectionThatFailsAndRecoversReportsEachChangeOnce() {
        fixture.connect(ALICE);
        failRefreshes(3);
        refresh();

        assertThat(awaited(3))
                .extracting(event -> event.event().type())
                .containsExactly("connection.created", "connection.refresh_failing", "connection.recovered");
        LifecycleEvent failing = events.get(1);
        assertThat(failing.state()).hasValue(ConnectionState.STALLED);
        assertThat(failing.failure().map(Failure::problem)).hasValue(Problem.PROVIDER_UNAVAILABLE);
        assertThat(failing.generation()).hasValue(1L);
        assertThat(events.get(2).state()).hasValue(ConnectionState.ACTIVE);
        assertThat(events.get(2).generation()).hasValue(2L);
    }

    @Test
    void theNextEpisodeIsReportedAgainUnderAnotherId() {
        fixture.connect(ALICE);
        failRefreshes(2);
        refresh();
        failRefreshes(2);

        List<LifecycleEvent> all = awaited(4);
        assertThat(all.get(3).event()).isEqualTo(WebhookEvent.CONNECTION_REFRESH_FAILING);
        assertThat(EventDigest.messageId("d", all.get(3))).isNotEqualTo(EventDigest.messageId("d", all.get(1)));
    }

    @Test
    void twoProcessesReportOneEpisodeUnderOneId() {
        Tokens other = fixture.anotherProcess();
        List<LifecycleEvent> ofOther = new CopyOnWriteArrayList<>();
        listen(other, ofOther);
        fixture.connect(ALICE);
        failRefreshes(1);
        awaited(2);
        fixture.google.onToken(MockResponse.status(503));
        fixture.clock.advance(Duration.ofMinutes(30));
        assertThatThrownBy(() -> other.accessToken(ALICE)).isInstanceOf(TokenException.class);
        WebhooksFixture.until(() -> ofOther.size() == 1);

        assertThat(EventDigest.messageId("d", ofOther.get(0))).isEqualTo(EventDigest.messageId("d", events.get(1)));
        assertThat(EventDigest.messageId("e", ofOther.get(0))).isNotEqualTo(EventDigest.messageId("d", events.get(1)));
    }

    @Test
    void aRevokedGrantNeedsTheUser() {
        fixture.connect(ALICE);
        fixture.google.revoke("alice");
        fixture.clock.advance(Duration.ofHours(2));
        assertThatThrownBy(() -> fixture.tokens.accessToken(ALICE)).isInstanceOf(TokenException.class);

        LifecycleEvent revoked = awaited(2).get(1);
        assertThat(revoked.event().type()).isEqualTo("connection.needs_reconnect");
        assertThat(revoked.state()).hasValue(ConnectionState.NEEDS_REAUTH);
        assertThat(revoked.body()).contains("\"problem\":\"GRANT_DEAD\",\"remedy\":\"RECONNECT\"");
    }

    @Test
    void aDisconnectNamesTheConsentThatEnded() {
        fixture.connect(ALICE);
        Instant consentedAt = fixture.tokens.status(ALICE).consentedAt();
        fixture.tokens.disconnect(ALICE);

        LifecycleEvent deleted = awaited(2).get(1);
        assertThat(deleted.event().type()).isEqualTo("connection.deleted");
        assertThat(deleted.consentedAt()).hasValue(consentedAt);
        assertThat(deleted.state()).isEmpty();
    }

    @Test
    void aProblemOfTheClientIsNotReportedForItsAccounts() {
        fixture.connect(ALICE);
        fixture.google.onToken(MockResponse.json(401, "{\"error\":\"invalid_client\"}"));
        fixture.clock.advance(Duration.ofHours(2));
        assertThatThrownBy(() -> fixture.tokens.accessToken(ALICE)).isInstanceOf(TokenException.class);
        fixture.tokens.disconnect(ALICE);

        assertThat(awaited(2))
                .extracting(LifecycleEvent::event)
                .containsExactly(WebhookEvent.CONNECTION_CREATED, WebhookEvent.CONNECTION_DELETED);
    }

    @Test
    void eachWarningOfAnEndIsReportedOnceByAllProcesses() {
        fixture.connect(ALICE);
        List<LifecycleEvent> warnings = new ArrayList<>();
        LifecycleEvents listener = new LifecycleEvents(fixture.tokens, warnings::add);
        Instant end = fixture.clock.now().plus(Duration.ofDays(7));

        listener.on(new TokenEvent.ExpiresSoon(ALICE, fixture.clock.now(), end));
        listener.on(new TokenEvent.ExpiresSoon(ALICE, fixture.clock.now().plusSeconds(60), end));
        listener.on(new TokenEvent.ExpiresSoon(ALICE, end.minus(Duration.ofDays(1)), end));

        assertThat(warnings).extracting(event -> event.event().type()).containsOnly("connection.expires_soon");
        assertThat(warnings).extracting(LifecycleEvent::reconnectBy).containsOnly(Optional.of(end));
        assertThat(warnings.stream()
                        .map(event -> EventDigest.messageId("d", event))
                        .distinct())
                .hasSize(2);
    }

    @Test
    void anAccountWithoutAReadableRecordIsReportedWithWhatTheEventTells() {
        List<LifecycleEvent> found = new ArrayList<>();
        LifecycleEvents listener = new LifecycleEvents(fixture.tokens, found::add);

        listener.on(new TokenEvent.ReauthorizationRequired(
                ALICE, fixture.clock.now(), Problem.GRANT_DEAD, "the provider refuses it"));

        assertThat(found).hasSize(1);
        assertThat(found.get(0).body())
                .isEqualTo("{\"type\":\"connection.needs_reconnect\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":"
                        + "{\"registration\":\"google\",\"account\":\"alice\",\"last_failure\":{\"problem\":"
                        + "\"GRANT_DEAD\",\"remedy\":\"RECONNECT\",\"detail\":\"the provider refuses it\"}}}");
    }

    @Test
    void noBodyHasASecret() {
        fixture.connect(ALICE);
        failRefreshes(2);
        refresh();
        fixture.google.revoke("alice");
        fixture.clock.advance(Duration.ofHours(2));
        assertThatThrownBy(() -> fixture.tokens.accessToken(ALICE)).isInstanceOf(TokenException.class);
        fixture.tokens.disconnect(ALICE);

        SecretCanary canary = SecretCanary.ofTestTokens();
        assertThat(awaited(5)).allSatisfy(event -> canary.assertNoneIn(event.toString(), event.body()));
    }

    @Test
    void aBodyHasLessThanTwentyKilobytesWhateverIsInIt() {
        String longest = "x" + "\u2028".repeat(TokenKey.MAX_LENGTH - 1);
        TokenKey account = TokenKey.of(longest, longest);
        AccountStatus status = AccountStatus.builder(account, ConnectionState.STALLED, Instant.EPOCH)
                .problem(Optional.of(Problem.PROVIDER_UNAVAILABLE))
                .detail("\u2028".repeat(10_000))
                .expiresAt(Optional.of(Instant.EPOCH))
                .reconnectBy(Optional.of(Instant.EPOCH))
                .reconnectUrl(Optional.of(URI.create("https://app.example/" + "x".repeat(1900))))
                .build();

        String body = LifecycleEvent.of(WebhookEvent.CONNECTION_REFRESH_FAILING, account, Instant.EPOCH, "1")
                .with(status)
                .body();

        assertThat(body.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(16_384);
    }

    /** Lets refreshes of the expired token fail, each one later than the back-off of the one before. */
    private void failRefreshes(int times) {
        for (int i = 0; i < times; i++) {
            fixture.google.onToken(MockResponse.status(503));
            fixture.clock.advance(Duration.ofHours(2));
            assertThatThrownBy(() -> fixture.tokens.accessToken(ALICE)).isInstanceOf(TokenException.class);
        }
    }

    private void refresh() {
        fixture.clock.advance(Duration.ofHours(2));
        assertThat(fixture.tokens.accessToken(ALICE).generation()).isPositive();
    }

    private List<LifecycleEvent> awaited(int count) {
        WebhooksFixture.until(() -> events.size() >= count);
        assertThat(events).hasSize(count);
        return events;
    }
}
