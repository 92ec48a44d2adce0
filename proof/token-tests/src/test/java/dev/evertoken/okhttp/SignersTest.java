package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.InterceptorFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.provider.SigningKeys;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.Test;

/** Providers with signatures other than those of OAuth 1.0a, and signers that fail. */
class SignersTest {

    @Test
    void aProofIsAddedToTheQueryOnceAndComputedAgainForANewToken() throws IOException {
        AtomicInteger attempts = new AtomicInteger();
        RequestSigner proofs = (request, keys) -> new Signature(
                Secret.of("Bearer " + keys.accessToken().reveal()),
                Map.of("appsecret_proof", Secret.of("proof & " + attempts.incrementAndGet())));
        try (InterceptorFixture fixture =
                new InterceptorFixture(builder -> builder.provider(new SigningProvider(proofs)))) {
            fixture.google.expire("anna");
            URI address = URI.create(fixture.google.apiUrl() + "?fields=id&appsecret_proof=stale");

            try (Response response = fixture.get(ANNA, address)) {
                assertThat(response.code()).isEqualTo(200);
                assertThat(response.request().url().query()).isEqualTo("fields=id&appsecret_proof=proof & 2");
                assertThat(response.request().url().encodedQuery()).contains("appsecret_proof=proof%20%26%202");
            }
            assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
        }
    }

    @Test
    void aSignerThatReadsNoFormsReceivesNone() throws IOException {
        RequestSigner plain = (request, keys) -> {
            assertThat(request.form()).isEmpty();
            return Signature.header(Secret.of("Bearer " + keys.accessToken().reveal()));
        };
        try (InterceptorFixture fixture =
                new InterceptorFixture(builder -> builder.provider(new SigningProvider(plain)))) {
            Request request = InterceptorFixture.request(ANNA, fixture.google.apiUrl())
                    .post(oneShot())
                    .build();
            try (Response response = fixture.send(request)) {
                assertThat(response.code()).isEqualTo(200);
            }
        }
    }

    @Test
    void aFailingSignerPreventsTheRequest() {
        RequestSigner broken = (request, keys) -> {
            throw new IllegalStateException("no");
        };
        try (InterceptorFixture fixture =
                new InterceptorFixture(builder -> builder.provider(new SigningProvider(broken)))) {
            TokenIOException failure =
                    catchThrowableOfType(TokenIOException.class, () -> fixture.get(ANNA, fixture.google.apiUrl()));

            assertThat(failure.reason().problem()).isEqualTo(Problem.INTERNAL);
            assertThat(failure).hasMessage("google/anna: unexpected java.lang.IllegalStateException");
            assertThat(fixture.google.ledger().apiRequests("anna")).isZero();
        }
    }

    @Test
    void aFailureOfTheSignerOnAResponseIsIgnored() throws IOException {
        RequestSigner broken = new RequestSigner() {
            @Override
            public Signature sign(ApiRequest request, SigningKeys keys) {
                return Signature.header(Secret.of("Bearer " + keys.accessToken().reveal()));
            }

            @Override
            public boolean learnFrom(Signature sent, ProviderResponse response) {
                throw new IllegalStateException("no");
            }
        };
        try (InterceptorFixture fixture =
                new InterceptorFixture(builder -> builder.provider(new SigningProvider(broken)))) {
            fixture.google.expire("anna");
            assertThat(fixture.status()).isEqualTo(200);
        }
    }

    private static RequestBody oneShot() {
        return new RequestBody() {
            @Override
            public MediaType contentType() {
                return MediaType.get("application/x-www-form-urlencoded");
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.writeUtf8("a=1");
            }
        };
    }
}
