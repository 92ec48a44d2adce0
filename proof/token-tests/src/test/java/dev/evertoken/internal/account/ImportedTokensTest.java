package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.record.Lifetimes;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that an application hands over: what is refused, and from when on they count. */
class ImportedTokensTest {

    @Test
    void tokensWithADateStayAsTheyAre() {
        TokenSet dated = tokens().issuedAt(NOW.minusSeconds(5)).build();

        assertThat(checked(dated)).isSameAs(dated);
    }

    @Test
    void tokensWithoutADateCountFromNow() {
        assertThat(checked(tokens().build()).issuedAt()).isEqualTo(NOW);
        assertThat(checked(tokens().expiresAt(NOW.plus(Duration.ofHours(1))).build())
                        .issuedAt())
                .isEqualTo(NOW);
    }

    @Test
    void whatHasEndedStaysEnded() {
        Instant end = NOW.minusSeconds(5);

        TokenSet ended = checked(tokens().expiresAt(end).build());

        assertThat(ended.expiresAt()).contains(end);
        assertThat(ended.issuedAt()).isEqualTo(end.minus(Lifetimes.SHORTEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "tab\there", "line\nbreak", "ümlaut", "\u007f", " "})
    void whatWouldBreakAHeaderIsRefused(String text) {
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
    void theEdgesOfPrintableTextAreFine() {
        checked(TokenSet.builder("!~" + TestTokens.access() + "~!").build());
    }

    @Test
    void aPlaceholderIsNotAToken() {
        assertThat(refusal(TokenSet.builder("<access token>").build()).problem())
                .isEqualTo(Problem.PLACEHOLDER_CREDENTIALS);
    }

    @Test
    void onlyBearersCanBeSentUnlessTheProviderHasItsOwnWay() {
        TokenSet odd = tokens().tokenType("mac").build();

        TokenException refused = refusal(odd);
        assertThat(refused.problem()).isEqualTo(Problem.UNSUPPORTED_TOKEN_TYPE);
        assertThat(refused).hasMessage("google/alice: token type \"mac\" is not supported; only Bearer is");
        checked(tokens().tokenType("bEaReR").build());
        assertThat(ImportedTokens.checked(ALICE, odd, RefreshModel.NON_EXPIRING, NOW)
                        .tokenType())
                .isEqualTo("mac");
    }

    private static TokenSet.Builder tokens() {
        return TokenSet.builder(TestTokens.access());
    }

    private static TokenSet checked(TokenSet tokens) {
        return ImportedTokens.checked(ALICE, tokens, RefreshModel.STATIC, NOW);
    }

    private static TokenException refusal(TokenSet tokens) {
        return EngineFixture.failureOf(() -> checked(tokens));
    }
}
