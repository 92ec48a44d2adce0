package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.record.Lifetimes;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that an application imports: which are refused, and which issue time they get. */
class ImportedTokensTest {

    private static final ProviderProfile HOURLY =
            ProviderProfile.builder(RefreshModel.STATIC).build();
    private static final ProviderProfile SIXTY_DAYS = ProviderProfile.builder(RefreshModel.EXTENDING)
            .defaultLifetime(Duration.ofDays(60))
            .longestLifetime(Duration.ofDays(61))
            .build();

    @Test
    void tokensWithAnIssueTimeAreUnchanged() {
        TokenSet dated = tokens().issuedAt(NOW.minusSeconds(5)).build();

        assertThat(checked(dated)).isSameAs(dated);
    }

    @Test
    void tokensWithoutAnIssueTimeAreIssuedNowAtTheLatest() {
        assertThat(checked(tokens().build()).issuedAt()).isEqualTo(NOW);
        assertThat(checked(tokens().expiresAt(NOW.plus(Duration.ofHours(3))).build())
                        .issuedAt())
                .isEqualTo(NOW);
    }

    @Test
    @Fault("N2")
    void aPlausibleExpiryShowsTheAgeOfATokenWithoutAnIssueTime() {
        Instant fortyHours = NOW.plus(Duration.ofHours(40));

        TokenSet dated = exchanged(tokens().expiresAt(fortyHours).build());

        assertThat(dated.expiresAt()).contains(fortyHours);
        assertThat(dated.issuedAt()).isEqualTo(fortyHours.minus(Duration.ofDays(60)));
    }

    @Test
    @Fault("N2")
    void aTokenThatIsExchangedWhileItIsValidIsAssumedToBeOldIfNothingShowsItsAge() {
        Instant fortyDaysAgo = NOW.minus(Duration.ofDays(40));

        assertThat(exchanged(tokens().build()).issuedAt()).isEqualTo(fortyDaysAgo);
        assertThat(exchanged(tokens().expiresAt(Instant.parse("2082-01-01T00:00:00Z"))
                                .build())
                        .issuedAt())
                .isEqualTo(fortyDaysAgo);
        assertThat(exchanged(tokens().neverExpires().build()).issuedAt()).isEqualTo(NOW);
    }

    @Test
    void anExpiredTokenStaysExpired() {
        Instant end = NOW.minusSeconds(5);

        TokenSet expired = checked(tokens().expiresAt(end).build());

        assertThat(expired.expiresAt()).contains(end);
        assertThat(expired.issuedAt()).isEqualTo(end.minus(Duration.ofHours(1)));
    }

    @Test
    void theEstimatedAgeLeavesAnExpiredTokenWithAUsualLifetimeOfSecondsExpired() {
        Instant end = NOW.minusSeconds(5);
        ProviderProfile seconds = ProviderProfile.builder(RefreshModel.STATIC)
                .defaultLifetime(Duration.ofSeconds(1))
                .build();

        TokenSet expired =
                ImportedTokens.checked(ALICE, tokens().expiresAt(end).build(), RefreshModel.STATIC, seconds, NOW);

        assertThat(expired.issuedAt()).isEqualTo(end.minus(Lifetimes.SHORTEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "tab\there", "line\nbreak", "ümlaut", "\u007f", " "})
    void aTokenThatIsInvalidInAHeaderIsRefused(String text) {
        TokenException access =
                refusal(TokenSet.builder(text + TestTokens.access()).build());
        TokenException refresh =
                refusal(tokens().refreshToken(TestTokens.refresh() + text).build());

        assertThat(access.problem()).isEqualTo(Problem.PLACEHOLDER_CREDENTIALS);
        assertThat(access.key()).contains(ALICE);
        assertThat(refresh.getMessage()).startsWith("google/alice: the refresh token is ");
        assertThat(access.getMessage()).endsWith("; nothing was stored").doesNotContain(TestTokens.MARKER);
    }

    @Test
    void theFirstAndLastPrintableCharactersAreAccepted() {
        checked(TokenSet.builder("!~" + TestTokens.access() + "~!").build());
    }

    @Test
    void aPlaceholderIsRefused() {
        assertThat(refusal(TokenSet.builder("<access token>").build()).problem())
                .isEqualTo(Problem.PLACEHOLDER_CREDENTIALS);
    }

    @Test
    void onlyBearerTokensAreAcceptedUnlessTheGrantDoesNotExpire() {
        TokenSet odd = tokens().tokenType("mac").build();

        TokenException refused = refusal(odd);
        assertThat(refused.problem()).isEqualTo(Problem.UNSUPPORTED_TOKEN_TYPE);
        assertThat(refused).hasMessage("google/alice: token type \"mac\" is not supported; only Bearer is");
        checked(tokens().tokenType("bEaReR").build());
        assertThat(ImportedTokens.checked(ALICE, odd, RefreshModel.NON_EXPIRING, HOURLY, NOW)
                        .tokenType())
                .isEqualTo("mac");
    }

    private static TokenSet.Builder tokens() {
        return TokenSet.builder(TestTokens.access());
    }

    private static TokenSet exchanged(TokenSet tokens) {
        return ImportedTokens.checked(ALICE, tokens, RefreshModel.EXTENDING, SIXTY_DAYS, NOW);
    }

    private static TokenSet checked(TokenSet tokens) {
        return ImportedTokens.checked(ALICE, tokens, RefreshModel.STATIC, HOURLY, NOW);
    }

    private static TokenException refusal(TokenSet tokens) {
        return EngineFixture.failureOf(() -> checked(tokens));
    }
}
