package dev.evertoken.spring;

import static dev.evertoken.spring.SpringFixture.ANNA;
import static dev.evertoken.spring.SpringFixture.REJECTED;
import static dev.evertoken.spring.SpringFixture.XENA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.SlowBody;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.client.RestTemplate;

/** Requests of a RestClient. */
class RestClientTest {

    private final SpringFixture fixture = new SpringFixture();
    private final RestClient rest = RestClient.builder()
            .requestFactory(TokenRequestFactory.create())
            .requestInterceptor(TokenRequestInterceptor.of(fixture.tokens))
            .build();

    @AfterEach
    void close() {
        fixture.close();
    }

    private String get() {
        return rest.get()
                .uri(fixture.api())
                .attributes(TokenAttributes.account(ANNA))
                .retrieve()
                .body(String.class);
    }

    @Test
    void aTokenThatTheApiRejectsEarlyIsRefreshedOnceAndTheRequestSucceeds() {
        fixture.google.expire("anna");

        assertThat(get()).contains("anna");
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
        assertThat(fixture.google.ledger().apiRequests("anna")).isEqualTo(2);
    }

    @Test
    void aRejectionOfANewTokenIsReturnedAfterOneRepetition() {
        fixture.google.onApi(REJECTED, REJECTED, REJECTED);

        Optional<ResourceVerdict> verdict = rest.get()
                .uri(fixture.api())
                .attributes(TokenAttributes.account(ANNA))
                .exchange((request, response) -> {
                    assertThat(response.getStatusCode().value()).isEqualTo(401);
                    assertThat(response.bodyTo(String.class))
                            .as("the API's own body")
                            .contains("\"code\":401");
                    return TokenAttributes.verdict(request);
                });

        assertThat(verdict.flatMap(ResourceVerdict::problem)).contains(Problem.API_REJECTS_TOKEN);
        assertThat(fixture.google.responsesLeft()).as("two requests").isEqualTo(1);
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aRequestToAHostThatIsNotAllowedIsNotSent() {
        URI elsewhere = URI.create(fixture.api().toString().replace("127.0.0.1", "localhost"));

        TokenException refused = catchThrowableOfType(
                TokenException.class,
                () -> rest.get()
                        .uri(elsewhere)
                        .attributes(TokenAttributes.account(ANNA))
                        .retrieve()
                        .body(String.class));

        assertThat(refused.problem()).isEqualTo(Problem.HOST_NOT_ALLOWED);
        assertThat(fixture.google.ledger().apiRequests("anna")).isZero();
    }

    private String post(RestClient client, TokenKey key, URI address, MediaType type, Object body) {
        return client.post()
                .uri(address)
                .attributes(TokenAttributes.account(key))
                .contentType(type)
                .body(body)
                .retrieve()
                .body(String.class);
    }

    @Test
    void aBodyIsSentTwiceByteForByte() {
        try (BodyServer api = BodyServer.rejectingTheFirst()) {
            assertThat(post(rest, ANNA, api.address(), MediaType.APPLICATION_JSON, "{\"title\":\"h\u00e9llo\"}"))
                    .isEqualTo("accepted");

            assertThat(api.bodies()).containsExactly("{\"title\":\"h\u00e9llo\"}", "{\"title\":\"h\u00e9llo\"}");
            assertThat(api.headers(HttpHeaders.CONTENT_TYPE)).containsExactly("application/json", "application/json");
            assertThat(api.headers(HttpHeaders.AUTHORIZATION)).doesNotHaveDuplicates();
        }
    }

    @Test
    void aStreamedBodyIsBufferedAndSentTwice() {
        StreamingHttpOutputMessage.Body stream = out -> out.write("streamed".getBytes(StandardCharsets.UTF_8));
        try (BodyServer api = BodyServer.rejectingTheFirst()) {
            String answer = rest.post()
                    .uri(api.address())
                    .attributes(TokenAttributes.account(ANNA))
                    .body(stream)
                    .retrieve()
                    .body(String.class);

            assertThat(answer).isEqualTo("accepted");
            assertThat(api.bodies()).containsExactly("streamed", "streamed");
        }
    }

    @Test
    void aTokenOfAnotherProcessIsAdoptedWithoutARefresh() {
        assertThat(get()).contains("anna");
        Tokens other = fixture.process(builder -> builder);
        fixture.google.expire("anna");
        fixture.clock.advance(Duration.ofSeconds(11));
        other.refresh(ANNA, "a test");

        assertThat(get()).contains("anna");
        assertThat(fixture.google.ledger().tokenRequests())
                .as("the refresh by the other process")
                .isEqualTo(1);
    }

    @Test
    void anAccountThatIsNotConnectedFailsBeforeARequestIsSent() {
        try (BodyServer api = BodyServer.accepting()) {
            TokenException refused = catchThrowableOfType(
                    TokenException.class,
                    () -> post(rest, TokenKey.of("google", "nobody"), api.address(), MediaType.TEXT_PLAIN, "x"));

            assertThat(refused.problem()).isEqualTo(Problem.NOT_CONNECTED);
            assertThat(api.bodies()).isEmpty();
        }
    }

    @Test
    void aSignedFormIsAcceptedByTheProvider() {
        MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
        form.add("status", "a & b");
        form.add("lang", "d\u00e9");

        assertThat(post(rest, XENA, fixture.x.apiUrl(), MediaType.APPLICATION_FORM_URLENCODED, form))
                .contains("xena");
    }

    @Test
    void theCallersOwnHeaderIsLeftAlone() {
        try (BodyServer api = BodyServer.accepting()) {
            rest.get()
                    .uri(api.address())
                    .attributes(TokenAttributes.account(ANNA))
                    .header(HttpHeaders.AUTHORIZATION, "Basic mine")
                    .retrieve()
                    .toBodilessEntity();

            assertThat(api.headers(HttpHeaders.AUTHORIZATION)).containsExactly("Basic mine");
        }
    }

    @Test
    void aRequestWithoutAnAccountIsSentUnchangedUnlessOneIsRequired() {
        RestClient strict = RestClient.builder()
                .requestInterceptor(TokenRequestInterceptor.of(fixture.tokens).requireAccount())
                .build();
        try (BodyServer api = BodyServer.accepting()) {
            rest.get().uri(api.address()).retrieve().toBodilessEntity();
            assertThat(api.headers(HttpHeaders.AUTHORIZATION)).containsExactly("");

            IllegalStateException refused = catchThrowableOfType(
                    IllegalStateException.class,
                    () -> strict.get().uri(api.address()).retrieve().toBodilessEntity());
            assertThat(refused)
                    .hasMessage("the request to 127.0.0.1 has no account: select one with"
                            + " attributes(TokenAttributes.account(key))");
            assertThat(api.bodies()).hasSize(1);
        }
    }

    @Test
    void anAttributeOfAnotherTypeIsRejected() {
        IllegalArgumentException refused = catchThrowableOfType(
                IllegalArgumentException.class,
                () -> rest.get()
                        .uri(fixture.api())
                        .attribute(TokenAttributes.ACCOUNT, "google/anna")
                        .retrieve()
                        .toBodilessEntity());

        assertThat(refused)
                .hasMessage("the attribute dev.evertoken.account is a java.lang.String, but must be a"
                        + " dev.evertoken.model.TokenKey");
    }

    @Test
    void aRedirectToAnotherHostIsReturnedAndNoTokenGoesThere() {
        try (BodyServer api = BodyServer.accepting()) {
            int status = rest.get()
                    .uri(api.moved())
                    .attributes(TokenAttributes.account(ANNA))
                    .retrieve()
                    .toBodilessEntity()
                    .getStatusCode()
                    .value();

            assertThat(status).isEqualTo(302);
            assertThat(api.bodies()).isEmpty();
        }
    }

    @Test
    void aClientThatFollowsRedirectsIsRejected() {
        HttpClient following =
                HttpClient.newBuilder().followRedirects(Redirect.NORMAL).build();

        IllegalArgumentException refused =
                catchThrowableOfType(IllegalArgumentException.class, () -> TokenRequestFactory.of(following));

        assertThat(refused)
                .hasMessage("the client follows redirects and would send the token to their targets; build it with"
                        + " followRedirects(Redirect.NEVER)");
    }

    @Test
    void aClientOfHttpUrlConnectionFollowsARedirectToAnotherHostWithoutTheToken() {
        RestClient simple = RestClient.builder()
                .requestFactory(new SimpleClientHttpRequestFactory())
                .requestInterceptor(TokenRequestInterceptor.of(fixture.tokens))
                .build();
        try (BodyServer api = BodyServer.accepting()) {
            simple.get()
                    .uri(api.moved())
                    .attributes(TokenAttributes.account(ANNA))
                    .retrieve()
                    .toBodilessEntity();

            assertThat(api.headers(HttpHeaders.AUTHORIZATION)).containsExactly("");
        }
    }

    @Test
    void aRejectionWhoseBodyTricklesIsRepeatedWithANewTokenAtTheDeadline() throws Exception {
        fixture.google.expire("anna");
        try (SlowBody slow = new SlowBody()) {
            fixture.google.onApi(MockResponse.slowBody(slow));
            CompletableFuture<String> answered = CompletableFuture.supplyAsync(this::get);
            slow.awaitStarted();
            slow.allow(3);

            assertThat(fixture.afterTheDeadline(answered)).contains("anna");
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aRestTemplateUsesTheAccountOfTheFunctionOrOfTheAttributeOfOneCall() {
        RestTemplate template = new RestTemplate(TokenRequestFactory.create());
        template.setInterceptors(List.of(TokenRequestInterceptor.of(fixture.tokens, request -> Optional.of(ANNA))));
        fixture.google.expire("anna");

        assertThat(template.getForObject(fixture.api(), String.class)).contains("anna");
        String xena = template.execute(
                fixture.x.apiUrl(),
                HttpMethod.GET,
                request -> TokenAttributes.account(XENA).accept(request.getAttributes()),
                response -> new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8));
        assertThat(xena).contains("xena");
    }

    @Test
    void aRestTemplateOfOneAccountNeedsNoAttribute() {
        RestTemplate template = new RestTemplate(TokenRequestFactory.create());
        template.setInterceptors(List.of(TokenRequestInterceptor.of(fixture.tokens.source(ANNA))));

        assertThat(template.getForObject(fixture.api(), String.class)).contains("anna");
    }

    @Test
    void noMessageOrRequestOfTheCallerShowsTheToken() {
        fixture.google.onApi(REJECTED, REJECTED);
        List<Object> seen = new ArrayList<>();

        RestClientResponseException e = catchThrowableOfType(
                RestClientResponseException.class,
                () -> rest.get()
                        .uri(fixture.api())
                        .attributes(TokenAttributes.account(ANNA))
                        .retrieve()
                        .onStatus(status -> status.value() == 401, (request, response) -> {
                            seen.add(request.getHeaders());
                            throw new RestClientResponseException(
                                    "rejected", response.getStatusCode(), "", null, null, null);
                        })
                        .toBodilessEntity());

        SecretCanary.ofTestTokens().assertNonePrintedBy(e, seen);
    }
}
