package dev.evertoken.spi.provider;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small types that dialects and listeners receive. */
class DialectWordsTest {

    private static final DialectContext CONTEXT =
            new DialectContext(EndpointKind.API, Duration.ZERO, Set.of(), DialectContext.TokenOf.USER);

    @ParameterizedTest
    @CsvSource({
        "401, '', REFRESH_AND_RETRY, API_REJECTS_TOKEN",
        "401, 'Bearer error=\"invalid_token\"', REFRESH_AND_RETRY, API_REJECTS_TOKEN",
        "403, 'Bearer error=\"insufficient_scope\"', PASS, SCOPE_MISSING",
        "401, 'Bearer error=\"insufficient_scope\"', PASS, SCOPE_MISSING",
        "429, '', PASS, RATE_LIMITED",
        "403, '', PASS, ",
        "500, '', PASS, ",
        "200, '', PASS, ",
    })
    void onlyARejectedTokenIsRefreshed(int status, String challenge, ResourceVerdict.Action action, Problem problem) {
        ProviderResponse response = new ProviderResponse(
                status, challenge.isEmpty() ? Map.of() : Map.of("www-authenticate", List.of(challenge)), "", NOW);

        ResourceVerdict verdict = ResourceDialect.rfc6750().judge(CONTEXT, response);

        assertThat(verdict.action()).isEqualTo(action);
        assertThat(verdict.problem()).isEqualTo(Optional.ofNullable(problem));
    }

    @Test
    void headersAreFoundInAnyCaseAndCannotBeChanged() {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("Retry-After", new ArrayList<>(List.of("120", "60")));
        headers.put("X-Empty", List.of());
        ProviderResponse response = new ProviderResponse(429, headers, "body", NOW);
        headers.clear();

        assertThat(response.header("RETRY-after")).contains("120");
        assertThat(response.header("X-Empty")).isEmpty();
        assertThat(response.header("Date")).isEmpty();
        assertThat(response).hasToString("ProviderResponse[429, 4 characters]");
    }

    @Test
    void aVerdictCarriesARetryTime() {
        assertThat(TokenVerdict.of(TokenVerdict.Kind.RATE_LIMITED, Problem.RATE_LIMITED, "429")
                        .until(NOW))
                .isEqualTo(new TokenVerdict(
                        TokenVerdict.Kind.RATE_LIMITED, Problem.RATE_LIMITED, Optional.of(NOW), "429"));
        assertThat(ResourceVerdict.pass(Problem.RATE_LIMITED, "429").until(NOW).until())
                .contains(NOW);
    }

    @Test
    void anUnreadableRecordNamesItsAccountAndTheReason() {
        UnreadableRecordException unreadable = new UnreadableRecordException(
                SampleRecords.ALICE, UnreadableRecordException.Reason.CORRUPT, "the file is empty", null);

        assertThat(unreadable).hasMessage("google/alice: the file is empty");
        assertThat(unreadable.reason()).isEqualTo(UnreadableRecordException.Reason.CORRUPT);
    }

    @Test
    void everyKindOfEventReachesItsMethod() {
        List<TokenEvent> events = List.of(
                new TokenEvent.Refreshed(SampleRecords.ALICE, NOW, 2, true, Optional.empty(), Duration.ofMillis(80)),
                new TokenEvent.RefreshFailed(
                        SampleRecords.ALICE, NOW, Problem.NETWORK, "", ConnectionState.DEGRADED, Optional.empty()),
                new TokenEvent.ReauthorizationRequired(SampleRecords.ALICE, NOW, Problem.GRANT_DEAD, ""),
                new TokenEvent.RotationAtRisk(SampleRecords.ALICE, NOW, 2, true, ""),
                new TokenEvent.RotationConflict(SampleRecords.ALICE, NOW, 2, ""),
                new TokenEvent.Recovered(SampleRecords.ALICE, NOW, ConnectionState.STALLED, Duration.ofHours(1)),
                new TokenEvent.ExpiresSoon(SampleRecords.ALICE, NOW, NOW.plusSeconds(60)),
                new TokenEvent.ScopeReduced(SampleRecords.ALICE, NOW, Set.of("mail")),
                new TokenEvent.Disconnected(SampleRecords.ALICE, NOW, Optional.empty()),
                new TokenEvent.RevocationEnded(SampleRecords.ALICE, NOW, Revocation.Outcome.REVOKED, ""),
                new TokenEvent.ServedStale(SampleRecords.ALICE, NOW, 2, ""),
                new TokenEvent.ClaimUnconfirmed(SampleRecords.ALICE, NOW, ""),
                new TokenEvent.ConsentLost(SampleRecords.ALICE, NOW, ""),
                new TokenEvent.ManyTokensRefused(SampleRecords.ALICE, NOW, 6, ""),
                new TokenEvent.RefreshBacklog(SampleRecords.ALICE, NOW, Duration.ofMinutes(4), 6, ""));
        Recording recording = new Recording();

        events.forEach(recording::on);

        assertThat(recording.received).isEqualTo(events);
        assertThat(events)
                .extracting(TokenEvent::kind)
                .doesNotHaveDuplicates()
                .hasSize(TokenEvent.Kind.values().length - 1);
    }

    private static final class Recording implements TokenListener {
        private final List<TokenEvent> received = new ArrayList<>();

        @Override
        public void refreshed(TokenEvent.Refreshed event) {
            received.add(event);
        }

        @Override
        public void claimUnconfirmed(TokenEvent.ClaimUnconfirmed event) {
            received.add(event);
        }

        @Override
        public void manyTokensRefused(TokenEvent.ManyTokensRefused event) {
            received.add(event);
        }

        @Override
        public void refreshBacklog(TokenEvent.RefreshBacklog event) {
            received.add(event);
        }

        @Override
        public void consentLost(TokenEvent.ConsentLost event) {
            received.add(event);
        }

        @Override
        public void refreshFailed(TokenEvent.RefreshFailed event) {
            received.add(event);
        }

        @Override
        public void reauthorizationRequired(TokenEvent.ReauthorizationRequired event) {
            received.add(event);
        }

        @Override
        public void rotationAtRisk(TokenEvent.RotationAtRisk event) {
            received.add(event);
        }

        @Override
        public void rotationConflict(TokenEvent.RotationConflict event) {
            received.add(event);
        }

        @Override
        public void recovered(TokenEvent.Recovered event) {
            received.add(event);
        }

        @Override
        public void expiresSoon(TokenEvent.ExpiresSoon event) {
            received.add(event);
        }

        @Override
        public void scopeReduced(TokenEvent.ScopeReduced event) {
            received.add(event);
        }

        @Override
        public void revocationEnded(TokenEvent.RevocationEnded event) {
            received.add(event);
        }

        @Override
        public void servedStale(TokenEvent.ServedStale event) {
            received.add(event);
        }

        @Override
        public void disconnected(TokenEvent.Disconnected event) {
            received.add(event);
        }
    }
}
