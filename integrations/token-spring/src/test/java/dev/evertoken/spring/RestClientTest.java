package dev.evertoken.spring;

import static dev.evertoken.spring.SpringFixture.ANNA;
import static dev.evertoken.spring.SpringFixture.REJECTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.client.RestClient;

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
}
