package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.testing.Fault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens an answer brings. */
class TokenResponseTest {

    private static final Instant SENT = Instant.parse("2026-11-20T10:00:00Z");
    private static final TokenSet BASE = TokenSet.builder("at-1")
            .refreshToken("rt-1")
            .scopes("read", "write")
            .expiresAt(SENT.plusSeconds(60))
            .issuedAt(SENT.minusSeconds(3540))
            .build();

    @Test
    void everyFieldOfTheRfcIsRead() {
        TokenAnswer answer = tokens("{\"access_token\":\"at-2\",\"token_type\":\"BEARER\",\"expires_in\":\"3599\","
                + "\"refresh_token\":\"rt-2\",\"scope\":\"read write\",\"refresh_token_expires_in\":604799,"
                + "\"id_token\":\"" + idToken("{\"sub\":\"1234567890123456789\"}") + "\"}");

        assertThat(answer.accessToken()).contains(Secret.of("at-2"));
        assertThat(answer.tokenType()).isEqualTo("Bearer");
        assertThat(answer.refreshToken()).contains(Secret.of("rt-2"));
        assertThat(answer.expiresAt()).contains(SENT.plusSeconds(3599));
        assertThat(answer.refreshTokenExpiresAt()).contains(SENT.plusSeconds(604_799));
        assertThat(answer.scopes().orElseThrow()).containsExactly("read", "write");
        assertThat(answer.subject()).contains("1234567890123456789");
        assertThat(answer.attributes()).containsOnlyKeys("id_token");
        assertThat(answer.issuedAt()).isEqualTo(SENT);
    }

    @Test
    @Fault("C6")
    void noRefreshTokenInTheAnswerKeepsTheOneThereIs() {
        TokenSet next =
                tokens("{\"access_token\":\"at-2\",\"expires_in\":3600}").onto(BASE);

        assertThat(next.refreshToken()).contains(Secret.of("rt-1"));
        assertThat(next.accessToken()).isEqualTo(Secret.of("at-2"));
        assertThat(next.scopes()).containsExactlyInAnyOrder("read", "write");
    }

    @ParameterizedTest
    @Fault("C7")
    @ValueSource(strings = {"\"\"", "\"  \"", "null", "\"rt-1\""})
    void anEmptyNullOrUnchangedRefreshTokenIsNoRotation(String refreshToken) {
        TokenSet next = tokens("{\"access_token\":\"at-2\",\"refresh_token\":" + refreshToken + "}")
                .onto(BASE);

        assertThat(next.refreshToken()).isEqualTo(BASE.refreshToken());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"refresh_token\":\"rt-2\"}",
                "{\"access_token\":\"\",\"refresh_token\":\"rt-2\"}",
                "{\"access_token\":\"a\\r\\nX-Admin: 1\",\"refresh_token\":\"rt-2\"}",
                "{\"access_token\":\"at-2\",\"token_type\":\"mac\",\"refresh_token\":\"rt-2\"}",
                "{\"access_token\":{\"value\":\"at-2\"},\"refresh_token\":\"rt-2\"}"
            })
    void aRefreshTokenIsKeptEvenIfTheAccessTokenCannotBeUsed(String body) {
        TokenAnswer answer = tokens(body);

        assertThat(answer.accessToken()).isEmpty();
        assertThat(answer.onto(BASE).refreshToken()).contains(Secret.of("rt-2"));
        assertThat(answer.onto(BASE).accessToken()).isEqualTo(Secret.of("at-1"));
    }

    @ParameterizedTest
    @Fault("C21")
    @ValueSource(strings = {"a\\r\\nb", "a\\nb", "a\\u0000b", "a\\tb", "a\\u007fb", "t\\u00f6ken", "a\\ufffdb"})
    void aTokenWithCharactersThatNoTokenHasIsNotUsed(String token) {
        assertThat(read("{\"access_token\":\"" + token + "\"}")).isEmpty();
        assertThat(read("{\"refresh_token\":\"" + token + "\"}")).isEmpty();
    }

    @Test
    void everyPrintableAsciiCharacterMayBeInAToken() {
        String printable = IntStream.rangeClosed(0x20, 0x7e)
                .filter(c -> c != '"' && c != '\\')
                .mapToObj(Character::toString)
                .collect(Collectors.joining());

        assertThat(tokens("{\"access_token\":\"a" + printable + "\"}").accessToken())
                .contains(Secret.of("a" + printable));
    }

    @Test
    void aTokenThatIsTooLongIsNotUsed() {
        String longest = "x".repeat(TokenResponse.LONGEST_TOKEN);
        assertThat(read("{\"access_token\":\"" + longest + "\"}")).isPresent();

        TokenResponse response = read("{\"access_token\":\"x" + longest + "\",\"refresh_token\":\"rt-2\"}")
                .orElseThrow();
        assertThat(response.tokens().accessToken()).isEmpty();
        assertThat(response.warnings())
                .containsExactly("access_token has 65537 characters, more than 65536; it is not used");
    }

    @Test
    void aLifetimeThatMakesNoSenseIsNotToldAndWarnedOf() {
        TokenResponse response =
                read("{\"access_token\":\"at-2\",\"expires_in\":\"soon\"}").orElseThrow();

        assertThat(response.tokens().expiresAt()).isEmpty();
        assertThat(response.warnings()).containsExactly("expires_in makes no sense as a time; it is taken as not told");
    }

    @Test
    void aDateCountsOnlyWhereNoLifetimeIsTold() {
        String date = "\"expires_at\":" + SENT.plusSeconds(900).getEpochSecond();
        assertThat(tokens("{\"access_token\":\"a\"," + date + "}").expiresAt()).contains(SENT.plusSeconds(900));
        assertThat(tokens("{\"access_token\":\"a\",\"expires_in\":60," + date + "}")
                        .expiresAt())
                .contains(SENT.plusSeconds(60));
    }

    @Test
    void theEndOfARefreshTokenIsReadUnderEitherOfItsNames() {
        assertThat(tokens("{\"access_token\":\"a\",\"refresh_expires_in\":1800}")
                        .refreshTokenExpiresAt())
                .contains(SENT.plusSeconds(1800));
        assertThat(tokens("{\"access_token\":\"a\",\"refresh_token_expires_in\":900,\"refresh_expires_in\":1800}")
                        .refreshTokenExpiresAt())
                .contains(SENT.plusSeconds(900));
    }

    @Test
    void aRefreshTokenThatIsSaidToLiveForZeroSecondsHasNoEnd() {
        assertThat(tokens("{\"access_token\":\"a\",\"refresh_expires_in\":0}").refreshTokenExpiresAt())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"read,activity:read_all\"", "\" read  activity:read_all \"", "[\"read\",\"activity:read_all\"]"
            })
    void scopesAreSeparatedByBlanksOrCommasOrListed(String scope) {
        assertThat(tokens("{\"access_token\":\"a\",\"scope\":" + scope + "}")
                        .scopes()
                        .orElseThrow())
                .containsExactly("read", "activity:read_all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "null", "[]", "{}", "\" , \""})
    void scopesThatAreNotToldStayAsTheyWere(String scope) {
        assertThat(tokens("{\"access_token\":\"a\",\"scope\":" + scope + "}").scopes())
                .isEmpty();
    }

    @Test
    void theSubjectIsReadWhereTheProviderNamesIt() {
        AnswerBody body = body("{\"access_token\":\"a\",\"athlete\":{\"id\":1234567890123456789}}");
        TokenResponse.Extras strava = new TokenResponse.Extras(false, List.of("athlete", "id"));

        assertThat(TokenResponse.read(body, SENT, Duration.ofDays(1), strava)
                        .orElseThrow()
                        .tokens()
                        .subject())
                .contains("1234567890123456789");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "a.!!.c", "a.e30.c", "..", "a.eyJzdWIiOjF9.c"})
    void anIdTokenThatCannotBeReadNamesNobody(String idToken) {
        assertThat(IdToken.subject(idToken)).isEmpty();
    }

    @ParameterizedTest
    @Fault("C4")
    @ValueSource(
            strings = {
                "{\"access_token\":\"at-2\"",
                "{\"access_token\":\"at-2\"}}",
                "{\"access_token\":\"at-2\"} trailing",
                "{\"access_token\":\"at-2\",\"access_token\":\"at-3\"}",
                "{\"access_token\":\"at-2\",\"expires_in\":NaN}",
                "{access_token:'at-2'}",
                "[{\"access_token\":\"at-2\"}]",
                "\"at-2\"",
                "null",
                "{",
                "{\"access_token\":",
                "{\"access_token\":\"\\ud83",
                "\u0000\u0001"
            })
    void whatIsNotOneJsonObjectBringsNoTokens(String body) {
        assertThat(read(body)).isEmpty();
        assertThat(body(body).shape()).isEqualTo(AnswerBody.Shape.OTHER);
    }

    @Test
    @Fault("C4")
    void deepNestingEndsInAVerdictAndNotInAStackOverflow() {
        String deep = "{\"access_token\":\"a\",\"x\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}";
        String deepObjects = "{\"x\":".repeat(100_000) + "1" + "}".repeat(100_000);

        assertThat(read(deep)).isEmpty();
        assertThat(read(deepObjects)).isEmpty();
    }

    @Test
    @Fault("C4")
    void aByteOrderMarkAndARepeatedEqualMemberDoNoHarm() {
        assertThat(tokens("\uFEFF{\"access_token\":\"at-2\",\"access_token\":\"at-2\",\"x\":[1,{\"y\":null}]}")
                        .accessToken())
                .contains(Secret.of("at-2"));
    }

    @Test
    @Fault("C4")
    void damagedAnswersNeverThrow() {
        String good = "{\"access_token\":\"at-2\",\"refresh_token\":\"rt-2\",\"expires_in\":3600,"
                + "\"scope\":[\"a\"],\"errors\":[{\"code\":1}],\"error\":{\"status\":\"X\"}}";
        Random random = new Random(20261120);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder damaged = new StringBuilder(good);
            for (int hits = random.nextInt(4); hits >= 0 && damaged.length() > 1; hits--) {
                int at = random.nextInt(damaged.length());
                switch (random.nextInt(3)) {
                    case 0 -> damaged.deleteCharAt(at);
                    case 1 -> damaged.setCharAt(at, (char) random.nextInt(0x250));
                    default -> damaged.setLength(at + 1);
                }
            }
            ProviderAnswer answer = answer(damaged.toString());
            assertThat(CommonRules.DIALECT.judge(Ask.REFRESH, answer)).isNotNull();
            assertThat(read(damaged.toString())).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"access_token\":null}", "{\"access_token\":[]}", "{\"access_token\":true}"})
    void anObjectWithoutATokenBringsNone(String body) {
        assertThat(read(body)).isEmpty();
    }

    private static TokenAnswer tokens(String body) {
        return read(body).orElseThrow().tokens();
    }

    private static Optional<TokenResponse> read(String body) {
        return TokenResponse.read(body(body), SENT, Duration.ofDays(400), TokenResponse.Extras.NONE);
    }

    private static AnswerBody body(String text) {
        return AnswerBody.of(answer(text));
    }

    private static ProviderAnswer answer(String text) {
        return new ProviderAnswer(200, Map.of(), text, SENT);
    }

    private static String idToken(String claims) {
        return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".c2ln";
    }
}
