package dev.evertoken.providers.internal.oauth1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.ReferenceHmac;
import dev.evertoken.providers.XOAuth1;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.provider.SigningKeys;
import dev.evertoken.testing.ManualClock;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OAuth 1.0a signatures, checked with X's published sample keys. */
class OAuth1SignerTest {

    private static final Instant SIGNED_AT = Instant.ofEpochSecond(1_318_622_958);
    private static final String STATUS = "status=Hello%20Ladies%20%2B%20Gentlemen%2C%20a%20signed%20OAuth%20request%21";
    private static final String TOKEN_SECRET = "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE";
    private static final ClientRegistration SAMPLE =
            ClientRegistration.of("xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw");

    private final ManualClock clock = ManualClock.at(SIGNED_AT);
    private final OAuth1Signer signer =
            new OAuth1Signer(new HmacSha1(), () -> "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg");

    @ParameterizedTest
    @CsvSource({
        "https://api.x.com/1.1/statuses/update.json?include_entities=true, Ls93hJiZbQ3akF3HF3x1Bz8/zU4=",
        "https://api.twitter.com/1.1/statuses/update.json?include_entities=true, hCtSmYh+iHYCEqBWrE7C7hYmtUk=",
        "https://api.twitter.com/1/statuses/update.json?include_entities=true, tnnArxj06cWHq44gCs1OSKk/jLY=",
    })
    void aFormWithAQueryHasTheSignatureOfXsDocumentation(String address, String signature) {
        assertThat(signature(post(address, STATUS))).isEqualTo(signature);
    }

    @Test
    void aJsonBodyIsNotSigned() {
        ApiRequest json = new ApiRequest(
                "POST",
                URI.create("https://api.x.com/2/tweets"),
                Map.of("content-type", List.of("application/json")),
                Optional.empty());

        assertThat(signature(json)).isEqualTo("lr+tV/DKclEvXKVjG6tgaSSLV0k=");
    }

    @Test
    void theHeaderHasEveryParameterAndNoSecret() {
        String header =
                sign(post("https://api.x.com/2/tweets", "")).authorization().reveal();

        assertThat(header)
                .startsWith("OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", ")
                .contains(
                        "oauth_nonce=\"kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg\"",
                        "oauth_signature_method=\"HMAC-SHA1\"",
                        "oauth_timestamp=\"1318622958\"",
                        "oauth_token=\"370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb\"",
                        "oauth_version=\"1.0\"")
                .doesNotContain(
                        TOKEN_SECRET, SAMPLE.clientSecret().orElseThrow().reveal());
        assertThat(sign(post("https://api.x.com/2/tweets", "")).toString()).doesNotContain("oauth_");
    }

    @ParameterizedTest
    @CsvSource({
        "a blank is written in two ways, a=b+c, a=b%20c",
        "letters need no encoding, a=b%2Dc%7Ed, a=b-c~d",
        "the case of an escape, a=%c3%a9, a=%C3%A9",
        "an empty value, a=&b=1, a&b=1",
        "the order of parameters, b=2&a=2&a=1, a=1&a=2&b=2",
        "empty pairs, &a=1&&b=2&, a=1&b=2",
        "a broken escape stands for itself, a=100%, a=100%25",
    })
    void equivalentFormsHaveTheSameSignature(String difference, String one, String other) {
        assertThat(signature(post("https://api.x.com/p", one)))
                .as(difference)
                .isEqualTo(signature(post("https://api.x.com/p", other)));
    }

    @ParameterizedTest
    @CsvSource({
        "https://API.X.com/p, https://api.x.com/p",
        "HTTPS://api.x.com:443/p, https://api.x.com/p",
        "http://127.0.0.1:80/p, http://127.0.0.1/p",
        "https://api.x.com, https://api.x.com/",
        "https://api.x.com/p#part, https://api.x.com/p",
    })
    void addressesAreSignedInTheirNormalForm(String one, String other) {
        assertThat(signature(post(one, ""))).isEqualTo(signature(post(other, "")));
    }

    @Test
    void queryAndFormAreSignedTogetherRegardlessOfPlace() {
        assertThat(signature(post("https://api.x.com/p?a=1", "b=2")))
                .isEqualTo(signature(post("https://api.x.com/p", "b=2&a=1")))
                .isNotEqualTo(signature(post("https://api.x.com/p?a=1", "b=3")))
                .isNotEqualTo(signature(post("https://api.x.com/p?a=1&a=1", "b=2")));
    }

    @Test
    void parametersAreSortedAfterTheyAreEncoded() {
        SignatureMethod method = new HmacSha1();
        Secret secret = Secret.of("kd94hf93k423kf44");

        // encoded: %5B before 0, and %C3 before z; unencoded: the reverse order
        List<Map.Entry<String, String>> odd =
                List.of(Map.entry("a0", "1"), Map.entry("a[0]", "2"), Map.entry("z", "3"), Map.entry("é", "4"));
        assertThat(method.sign("GET", "https://api.x.com/p", odd, secret, Optional.of(Secret.of("pfkkdhi9sl3r4s00"))))
                .isEqualTo(ReferenceHmac.sign(
                        "GET&https%3A%2F%2Fapi.x.com%2Fp&%25C3%25A9%3D4%26a%255B0%255D%3D2%26a0%3D1%26z%3D3",
                        "kd94hf93k423kf44&pfkkdhi9sl3r4s00"));
    }

    @Test
    void theSigningKeyWithoutATokenEndsInAnAmpersand() {
        assertThat(new HmacSha1()
                        .sign(
                                "POST",
                                "https://api.x.com/oauth/request_token",
                                List.of(),
                                Secret.of("a secret/+"),
                                Optional.empty()))
                .isEqualTo(ReferenceHmac.sign(
                        "POST&https%3A%2F%2Fapi.x.com%2Foauth%2Frequest_token&", "a%20secret%2F%2B&"));
    }

    @Test
    void everyAttemptHasANonceOfItsOwn() {
        OAuth1Signer randomNonces = new OAuth1Signer(new HmacSha1());
        ApiRequest request = post("https://api.x.com/p", "");

        assertThat(randomNonces.sign(request, keys(TOKEN_SECRET)).authorization())
                .isNotEqualTo(randomNonces.sign(request, keys(TOKEN_SECRET)).authorization());
    }

    @Test
    void aRequestWithAnOAuthParameterInTheQueryIsRefused() {
        TokenException refused = catchThrowableOfType(
                TokenException.class, () -> sign(post("https://api.x.com/p?oauth_token=mine", "")));

        assertThat(refused.problem()).isEqualTo(Problem.UNSIGNABLE_REQUEST);
        assertThat(refused)
                .hasMessage("the request has a parameter oauth_token of its own in its query or form, so it cannot be"
                        + " signed; leave it out");
    }

    @Test
    void tokensWithoutTheirSecretAreRefusedBeforeTheyAreStored() {
        assertThat(fault(TokenSet.builder("370773112-token").build()))
                .isEqualTo("the tokens have no attribute oauth_token_secret, which signatures require; nothing"
                        + " was stored");
        assertThat(fault(TokenSet.builder("370773112-token")
                        .attribute("oauth_token_secret", Secret.of("YOUR_SECRET"))
                        .build()))
                .isEqualTo("the oauth_token_secret is a placeholder; nothing was stored");
        assertThat(fault(TokenSet.builder("token")
                        .refreshToken("refresh")
                        .attribute("oauth_token_secret", Secret.of(TOKEN_SECRET))
                        .build()))
                .contains("they are from OAuth 2.0");
    }

    @Test
    void aClientWithoutASecretIsRefused() {
        Client open = new Client("x", "x-oauth1", ClientRegistration.ofPublic("key"), new XOAuth1().profile());
        SigningKeys keys = new SigningKeys(
                TokenKey.of("x", "a"),
                open,
                Secret.of("t"),
                Map.of(OAuth1Signer.TOKEN_SECRET, Secret.of(TOKEN_SECRET)),
                clock);

        assertThat(catchThrowableOfType(TokenException.class, () -> signer.sign(post("https://api.x.com/p", ""), keys)))
                .hasMessage("client x has no secret; OAuth 1.0a requires the API key's secret");
    }

    @Test
    void theClockSkewIsLearnedFromTheDateHeaderAndCorrectedLater() {
        Signature early = sign(post("https://api.x.com/p", ""));

        assertThat(signer.learnFrom(early, dated("Sat, 15 Oct 2011 00:49:18 GMT", 0)))
                .isTrue();
        Signature corrected = sign(post("https://api.x.com/p", ""));
        assertThat(corrected.authorization().reveal()).contains("oauth_timestamp=\"1318639758\"");
        assertThat(signer.learnFrom(corrected, dated("Sat, 15 Oct 2011 00:49:20 GMT", 2)))
                .isFalse();
        assertThat(signer.learnFrom(corrected, new ProviderResponse(401, Map.of(), "", clock.now())))
                .isFalse();
        assertThat(signer.learnFrom(corrected, dated("yesterday", 0))).isFalse();

        assertThat(signer.learnFrom(corrected, dated("Fri, 14 Oct 2011 20:09:18 GMT", 0)))
                .isTrue();
        assertThat(sign(post("https://api.x.com/p", "")).authorization().reveal())
                .contains("oauth_timestamp=\"1318622958\"");
    }

    private ProviderResponse dated(String date, int later) {
        return new ProviderResponse(401, Map.of("Date", List.of(date)), "", SIGNED_AT.plus(Duration.ofSeconds(later)));
    }

    private String fault(TokenSet tokens) {
        return catchThrowableOfType(TokenException.class, () -> signer.check(tokens))
                .getMessage();
    }

    private Signature sign(ApiRequest request) {
        return signer.sign(request, keys(TOKEN_SECRET));
    }

    private String signature(ApiRequest request) {
        Matcher matcher = Pattern.compile("oauth_signature=\"([^\"]+)\"")
                .matcher(sign(request).authorization().reveal());
        assertThat(matcher.find()).isTrue();
        return URLDecoder.decode(matcher.group(1), StandardCharsets.UTF_8);
    }

    private SigningKeys keys(String tokenSecret) {
        return new SigningKeys(
                TokenKey.of("x-oauth1", "sample"),
                new Client("x-oauth1", "x-oauth1", SAMPLE, new XOAuth1().profile()),
                Secret.of("370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"),
                Map.of(OAuth1Signer.TOKEN_SECRET, Secret.of(tokenSecret)),
                clock);
    }

    private static ApiRequest post(String address, String form) {
        return new ApiRequest(
                "POST", URI.create(address), Map.of(), form.isEmpty() ? Optional.empty() : Optional.of(form));
    }
}
