package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.RefreshCaller;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenResponse;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tokens of a response. */
class TokenResponseParserTest {

    private static final Instant SENT = Instant.parse("2026-11-20T10:00:00Z");
    private static final TokenSet BASE = TokenSet.builder("at-1")
            .refreshToken("rt-1")
            .scopes("read", "write")
            .expiresAt(SENT.plusSeconds(60))
            .issuedAt(SENT.minusSeconds(3540))
            .build();

    @Test
    void everyFieldOfTheRfcIsRead() {
        TokenResponse response = tokens("{\"access_token\":\"at-2\",\"token_type\":\"BEARER\",\"expires_in\":\"3599\","
                + "\"refresh_token\":\"rt-2\",\"scope\":\"read write\",\"refresh_token_expires_in\":604799,"
                + "\"id_token\":\"" + idToken("{\"sub\":\"1234567890123456789\"}") + "\"}");

        assertThat(response.accessToken()).contains(Secret.of("at-2"));
        assertThat(response.tokenType()).isEqualTo("Bearer");
        assertThat(response.refreshToken()).contains(Secret.of("rt-2"));
        assertThat(response.expiresAt()).contains(SENT.plusSeconds(3599));
        assertThat(response.refreshTokenExpiresAt()).contains(SENT.plusSeconds(604_799));
        assertThat(response.scopes().orElseThrow()).containsExactly("read", "write");
        assertThat(response.subject()).contains("1234567890123456789");
        assertThat(response.attributes()).containsOnlyKeys("id_token");
        assertThat(response.issuedAt()).isEqualTo(SENT);
    }

    @Test
    @Fault("C6")
    void aResponseWithoutARefreshTokenKeepsTheStoredOne() {
        TokenSet next =
                tokens("{\"access_token\":\"at-2\",\"expires_in\":3600}").applyTo(BASE);

        assertThat(next.refreshToken()).contains(Secret.of("rt-1"));
        assertThat(next.accessToken()).hasValue(Secret.of("at-2"));
        assertThat(next.scopes()).containsExactlyInAnyOrder("read", "write");
    }

    @ParameterizedTest
    @Fault("C7")
    @ValueSource(strings = {"\"\"", "\"  \"", "null", "\"rt-1\""})
    void anEmptyNullOrUnchangedRefreshTokenIsNoRotation(String refreshToken) {
        TokenSet next = tokens("{\"access_token\":\"at-2\",\"refresh_token\":" + refreshToken + "}")
                .applyTo(BASE);

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
        TokenResponse response = tokens(body);

        assertThat(response.accessToken()).isEmpty();
        assertThat(response.applyTo(BASE).refreshToken()).contains(Secret.of("rt-2"));
        assertThat(response.applyTo(BASE).accessToken()).hasValue(Secret.of("at-1"));
    }

    @ParameterizedTest
    @Fault("M1")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'refresh_token':'rt-2'} | ~~",
                "{'access_token':'at-2','refresh_token':'rt-2'} | ~~",
                "{'access_token':'at-2','token_type':'mac','refresh_token':'rt-2'} | token_type is not Bearer",
                "{'access_token':'a\\tb','refresh_token':'rt-2'}"
                        + " | access_token has characters that are invalid in a token",
                "{'access_token':'at-2','refresh_token':'rt-2','expires_in':'soon'} | ~~"
            })
    void theReasonWhyAnAccessTokenCannotBeUsedIsNamedWithoutItsValue(String body, String fault) {
        assertThat(tokens(body.replace('\'', '"')).accessTokenFault().orElse(""))
                .isEqualTo(fault);
    }

    @ParameterizedTest
    @Fault("C21")
    @ValueSource(strings = {"a\\r\\nb", "a\\nb", "a\\u0000b", "a\\tb", "a\\u007fb", "t\\u00f6ken", "a\\ufffdb"})
    void aTokenWithInvalidCharactersIsNotUsed(String token) {
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
        String longest = "x".repeat(TokenResponseParser.MAX_TOKEN_LENGTH);
        assertThat(read("{\"access_token\":\"" + longest + "\"}")).isPresent();

        TokenResponseParser response = read("{\"access_token\":\"x" + longest + "\",\"refresh_token\":\"rt-2\"}")
                .orElseThrow();
        assertThat(response.tokens().accessToken()).isEmpty();
        assertThat(response.warnings())
                .containsExactly("access_token has 65537 characters, more than 65536; it is not used");
    }

    @Test
    void anInvalidLifetimeIsIgnoredWithAWarning() {
        TokenResponseParser response =
                read("{\"access_token\":\"at-2\",\"expires_in\":\"soon\"}").orElseThrow();

        assertThat(response.tokens().expiresAt()).isEmpty();
        assertThat(response.warnings()).containsExactly("expires_in is not a valid time; it is ignored");
    }

    @Test
    void aDateIsUsedOnlyWithoutALifetime() {
        String date = "\"expires_at\":" + SENT.plusSeconds(900).getEpochSecond();
        assertThat(tokens("{\"access_token\":\"a\"," + date + "}").expiresAt()).contains(SENT.plusSeconds(900));
        assertThat(tokens("{\"access_token\":\"a\",\"expires_in\":60," + date + "}")
                        .expiresAt())
                .contains(SENT.plusSeconds(60));
    }

    @Test
    void theRefreshTokenExpiryIsReadUnderEitherName() {
        assertThat(tokens("{\"access_token\":\"a\",\"refresh_expires_in\":1800}")
                        .refreshTokenExpiresAt())
                .contains(SENT.plusSeconds(1800));
        assertThat(tokens("{\"access_token\":\"a\",\"refresh_token_expires_in\":900,\"refresh_expires_in\":1800}")
                        .refreshTokenExpiresAt())
                .contains(SENT.plusSeconds(900));
    }

    @Test
    void aRefreshTokenWithALifetimeOfZeroHasNoExpiry() {
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
    void aResponseWithoutScopesKeepsTheStoredScopes(String scope) {
        assertThat(tokens("{\"access_token\":\"a\",\"scope\":" + scope + "}").scopes())
                .isEmpty();
    }

    @Test
    void theSubjectIsReadFromTheProvidersPath() {
        ResponseBody body = body("{\"access_token\":\"a\",\"athlete\":{\"id\":1234567890123456789}}");
        TokenResponseParser.Extras strava = new TokenResponseParser.Extras(false, List.of("athlete", "id"));

        assertThat(TokenResponseParser.read(body, SENT, Duration.ofDays(1), strava)
                        .orElseThrow()
                        .tokens()
                        .subject())
                .contains("1234567890123456789");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "a.!!.c", "a.e30.c", "..", "a.eyJzdWIiOjF9.c"})
    void anUnreadableIdTokenHasNoSubject(String idToken) {
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
    void aBodyThatIsNotOneJsonObjectHasNoTokens(String body) {
        assertThat(read(body)).isEmpty();
        assertThat(body(body).shape()).isEqualTo(ResponseBody.Shape.OTHER);
    }

    @Test
    @Fault("C4")
    void deepNestingDoesNotOverflowTheStack() {
        String deep = "{\"access_token\":\"a\",\"x\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}";
        String deepObjects = "{\"x\":".repeat(100_000) + "1" + "}".repeat(100_000);

        assertThat(read(deep)).isEmpty();
        assertThat(read(deepObjects)).isEmpty();
    }

    @Test
    @Fault("C4")
    void aByteOrderMarkAndARepeatedEqualMemberAreAccepted() {
        assertThat(tokens("\uFEFF{\"access_token\":\"at-2\",\"access_token\":\"at-2\",\"x\":[1,{\"y\":null}]}")
                        .accessToken())
                .contains(Secret.of("at-2"));
    }

    @Test
    @Fault("C4")
    void damagedResponsesNeverThrow() {
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
            ProviderResponse response = response(damaged.toString());
            assertThat(CommonRules.DIALECT.judge(RefreshCaller.REFRESH, response))
                    .isNotNull();
            assertThat(read(damaged.toString())).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"access_token\":null}", "{\"access_token\":[]}", "{\"access_token\":true}"})
    void anObjectWithoutATokenHasNoTokens(String body) {
        assertThat(read(body)).isEmpty();
    }

    private static TokenResponse tokens(String body) {
        return read(body).orElseThrow().tokens();
    }

    private static Optional<TokenResponseParser> read(String body) {
        return TokenResponseParser.read(body(body), SENT, Duration.ofDays(400), TokenResponseParser.Extras.NONE);
    }

    private static ResponseBody body(String text) {
        return ResponseBody.of(response(text));
    }

    private static ProviderResponse response(String text) {
        return new ProviderResponse(200, Map.of(), text, SENT);
    }

    private static String idToken(String claims) {
        return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".c2ln";
    }
}
