package dev.evertoken.model;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.store.SecretPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No type that holds a secret prints or serializes it. */
@Fault("I1")
class NothingLeaksTest {

    private static final String CANARY = "canary-4711";

    static Stream<Object> holders() {
        Secret secret = Secret.of(CANARY);
        byte[] bytes = CANARY.getBytes(UTF_8);
        TokenSet tokens = TokenSet.builder(CANARY)
                .refreshToken(CANARY)
                .attribute("token_secret", secret)
                .build();
        TokenResponse response = TokenResponse.builder(NOW)
                .accessToken(secret)
                .refreshToken(secret)
                .attributes(Map.of("id_token", secret))
                .build();
        ClientRegistration registration = ClientRegistration.builder("client-1")
                .clientSecret(CANARY)
                .previousSecret(CANARY)
                .build();
        Client client = new Client(
                "google",
                "google",
                registration,
                ProviderProfile.builder(RefreshModel.STATIC).build());
        byte[] key = Arrays.copyOf(bytes, 32);
        TransportSettings transport = TransportSettings.builder()
                .proxyCredentials(CANARY, () -> secret)
                .build();
        return Stream.of(
                transport,
                transport.proxyCredentials().orElseThrow(),
                secret,
                tokens,
                response,
                registration,
                client,
                new AccessToken(secret, "Bearer", Optional.of(NOW), "grant-1", 1),
                new AccessToken(
                        secret,
                        "OAuth",
                        Optional.empty(),
                        "grant-1",
                        1,
                        NOW,
                        Set.of(),
                        Map.of(),
                        Set.of(),
                        Optional.of(secret)),
                new SecretPart.Clear(bytes),
                new SecretPart.Envelope("k1", bytes),
                KeyRing.of("k1", key),
                SampleRecords.record()
                        .next()
                        .secrets(new SecretPart.Clear(bytes))
                        .build(43, NOW),
                new TokenOutcome.Issued(response),
                new RefreshRequest(
                        ALICE,
                        client,
                        tokens,
                        new DialectContext(EndpointKind.REFRESH, Duration.ZERO, Set.of(), DialectContext.TokenOf.USER),
                        Duration.ofSeconds(30),
                        () -> true,
                        Timekeeper.system()),
                new ProviderResponse(400, Map.of("X-Echo", List.of(CANARY)), CANARY, NOW));
    }

    @ParameterizedTest
    @MethodSource("holders")
    void aHolderOfASecretDoesNotPrintIt(Object holder) {
        assertThat(holder.toString())
                .doesNotContain(CANARY)
                .doesNotContain(Base64.getEncoder().encodeToString(CANARY.getBytes(UTF_8)))
                .doesNotContain(Arrays.toString(CANARY.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("holders")
    void aHolderOfASecretIsNotSerializable(Object holder) throws IOException {
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            assertThatThrownBy(() -> out.writeObject(holder)).isInstanceOf(NotSerializableException.class);
        }
    }
}
