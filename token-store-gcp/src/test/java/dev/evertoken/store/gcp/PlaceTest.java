package dev.evertoken.store.gcp;

import static dev.evertoken.store.gcp.FakeStoreFixture.ANNA;
import static dev.evertoken.store.gcp.FakeStoreFixture.SHORT_TIMEOUT;
import static dev.evertoken.store.gcp.FakeStoreFixture.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import dev.evertoken.Tokens;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.testing.SampleRecords;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The location of a store, its options and the names of its secrets. */
class PlaceTest {

    private final FakeStoreFixture fixture = new FakeStoreFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private GcpSecretStore open(String location) {
        return GcpSecretStore.over(fixture.client, location, "desk", SHORT_TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gcp-secrets:/demo          | does not have the form gcp-secrets://project?location=region&prefix=name",
                "gcp-secrets://             | does not have the form gcp-secrets://project?location=region&prefix=name",
                "gcp-secrets://Demo/x       | does not have the form gcp-secrets://project?location=region&prefix=name",
                "gcp-secrets://demo?zone=a  | has the option \"zone\", which is neither location nor prefix",
                "gcp-secrets://demo?prefix  | has an option that is not name=value or a duplicate option",
                "gcp-secrets://demo?prefix=a&prefix=b | has an option that is not name=value or a duplicate option",
                "gcp-secrets://demo?location=Frankfurt! | has a location that is not a region such as europe-west3",
                "gcp-secrets://demo?prefix=UPPER | has a prefix that is not 1 to 24 of a-z, 0-9 and -, beginning with a"
                        + " letter",
            })
    void anInvalidLocationIsRefused(String location, String reason) {
        assertFails(Problem.STORE_REFUSED, "the store location gcp-secrets://… " + reason, () -> open(location));
    }

    @Test
    void aLocationHasProjectRegionAndPrefix() {
        GcpLocation location = GcpLocation.parse("gcp-secrets://example.com:demo?location=europe-west3&prefix=crm-t");

        assertThat(location.parent()).isEqualTo("projects/example.com:demo/locations/europe-west3");
        assertThat(location.endpoint()).isEqualTo("secretmanager.europe-west3.rep.googleapis.com:443");
        assertThat(location.prefix()).isEqualTo("crm-t");
        assertThat(location).hasToString("Secret Manager of project example.com:demo in europe-west3");
        assertThat(GcpLocation.parse("gcp-secrets://123456789012").endpoint())
                .isEqualTo("secretmanager.googleapis.com:443");
    }

    @Test
    void optionsOutOfTheirBoundsAreRefused() {
        assertThatThrownBy(() -> SHORT_TIMEOUT.withTimeout(Duration.ofMillis(99)))
                .hasMessage("timeout PT0.099S is not PT0.1S to PT1M");
        assertThatThrownBy(() -> SHORT_TIMEOUT.withStalePatience(Duration.ofSeconds(61)))
                .hasMessage("stalePatience PT1M1S is not PT0S to PT1M");
        assertThatThrownBy(() -> fixture.another(" ")).hasMessage("the namespace is blank");
    }

    @Test
    void theBuilderFindsTheStoreByItsScheme() {
        TokenException failure = catchThrowableOfType(
                TokenException.class,
                () -> Tokens.builder()
                        .namespace("crm")
                        .store("gcp-secrets://demo?region=nowhere")
                        .client(
                                "google",
                                ClientRegistration.builder("client-7")
                                        .clientSecret(TestTokens.clientSecret())
                                        .build())
                        .build());

        assertThat(failure)
                .hasMessage(
                        "the store location gcp-secrets://… has the option \"region\", which is neither location nor"
                                + " prefix");
    }

    @Test
    void aRegionalLocationStoresRegionalSecrets() {
        try (FakeSecretManager region = FakeSecretManager.inRegion("europe-west3");
                SecretManagerServiceClient client = region.client();
                GcpSecretStore store = GcpSecretStore.over(
                        client, "gcp-secrets://demo-project?location=europe-west3&prefix=crm", "desk", SHORT_TIMEOUT)) {
            TokenRecord record = SampleRecords.full(ANNA);

            assertThat(store.compareAndSet(ANNA, TokenStore.ABSENT, record)).isTrue();

            assertThat(store.load(ANNA)).contains(record);
            assertThat(region.secrets()).containsExactly("crm__desk__acme__anna");
        }
    }

    @Test
    void configuredReplicasAreRequested() {
        GcpSecretOptions configured = SHORT_TIMEOUT.withReplicas(List.of("europe-west1", "europe-west4"));
        try (GcpSecretStore store =
                GcpSecretStore.over(fixture.client, fixture.service.location(), "desk", configured)) {
            store.compareAndSet(ANNA, TokenStore.ABSENT, SampleRecords.full(ANNA));
        }

        assertThat(fixture.client
                        .getSecret("projects/demo-project/secrets/" + FakeStoreFixture.secret(ANNA))
                        .getReplication()
                        .getUserManaged()
                        .getReplicasList())
                .extracting(replica -> replica.getLocation())
                .containsExactly("europe-west1", "europe-west4");
    }

    @Test
    void everyAccountHasAUniqueSecretIdThatTheServiceAccepts() {
        SecretNames names = new SecretNames(GcpLocation.parse("gcp-secrets://demo"), "CRM / test");

        assertThat(names.id(TokenKey.of("google", "user-42")))
                .isEqualTo("evertoken___43_52_4d_20_2f_20test__google__user-42");
        assertThat(names.id(TokenKey.of("google", "a_b@example.com"))).endsWith("__google__a_5fb_40example_2ecom");
        assertThat(names.id(TokenKey.of("x".repeat(512), "y".repeat(512))))
                .hasSizeLessThanOrEqualTo(255)
                .matches("[a-z0-9_-]+");
        assertThat(names.label()).matches("[0-9a-f]{40}");
    }
}
