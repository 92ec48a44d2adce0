package dev.evertoken.store.gcp.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.secretmanager.v1.AddSecretVersionRequest;
import com.google.cloud.secretmanager.v1.CreateSecretRequest;
import com.google.cloud.secretmanager.v1.DeleteSecretRequest;
import com.google.cloud.secretmanager.v1.DestroySecretVersionRequest;
import com.google.cloud.secretmanager.v1.ListSecretsRequest;
import com.google.cloud.secretmanager.v1.Replication;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.cloud.secretmanager.v1.SecretVersion;
import com.google.cloud.secretmanager.v1.UpdateSecretRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fake is as strict as the service and can return stale reads. */
class FakeSecretManagerTest {

    private static final String PARENT = "projects/" + FakeSecretManager.PROJECT;
    private static final String NAME = PARENT + "/secrets/one";

    private final ManualClock clock = ManualClock.start();
    private final FakeSecretManager service = FakeSecretManager.start(clock);
    private final SecretManagerServiceClient client = service.client();

    @AfterEach
    void close() {
        client.close();
        service.close();
    }

    private static void assertRefused(Code code, ThrowingCallable call) {
        ApiException refusal = catchThrowableOfType(ApiException.class, call);
        assertThat(refusal).isNotNull();
        assertThat(refusal.getStatusCode().getCode()).isEqualTo(code);
    }

    private Secret create(String id, Secret.Builder secret) {
        return client.createSecret(CreateSecretRequest.newBuilder()
                .setParent(PARENT)
                .setSecretId(id)
                .setSecret(secret)
                .build());
    }

    private Secret create() {
        return create("one", automatic());
    }

    private static Secret.Builder automatic() {
        return Secret.newBuilder()
                .setReplication(Replication.newBuilder().setAutomatic(Replication.Automatic.getDefaultInstance()));
    }

    private SecretVersion add(String payload) {
        return client.addSecretVersion(NAME, payload(payload).build());
    }

    private static SecretPayload.Builder payload(String text) {
        return SecretPayload.newBuilder().setData(ByteString.copyFromUtf8(text));
    }

    private Secret annotate(String etag, Map<String, String> annotations) {
        return client.updateSecret(UpdateSecretRequest.newBuilder()
                .setSecret(Secret.newBuilder().setName(NAME).setEtag(etag).putAllAnnotations(annotations))
                .setUpdateMask(FieldMask.newBuilder().addPaths("annotations"))
                .build());
    }

    private String access(String version) {
        return client.accessSecretVersion(NAME + "/versions/" + version)
                .getPayload()
                .getData()
                .toStringUtf8();
    }

    @Test
    void aWrongEtagIsRefusedAndAMissingEtagIsNotCompared() {
        Secret first = create();
        Secret second = annotate(first.getEtag(), Map.of("a", "1"));
        assertThat(second.getEtag()).isNotEqualTo(first.getEtag());

        assertRefused(Code.FAILED_PRECONDITION, () -> annotate(first.getEtag(), Map.of("a", "2")));
        assertRefused(
                Code.FAILED_PRECONDITION,
                () -> client.deleteSecret(DeleteSecretRequest.newBuilder()
                        .setName(NAME)
                        .setEtag(first.getEtag())
                        .build()));

        Secret third = annotate(second.getEtag(), Map.of("a", "1"));
        assertThat(third.getEtag()).as("even if nothing changes").isNotEqualTo(second.getEtag());
        assertThat(annotate("", Map.of("a", "3")).getAnnotationsMap()).isEqualTo(Map.of("a", "3"));
    }

    @Test
    void aNewVersionDoesNotChangeTheEtagOfTheSecret() {
        Secret secret = create();
        add("x");

        assertThat(client.getSecret(NAME).getEtag()).isEqualTo(secret.getEtag());
    }

    @Test
    void latestIsTheNewestVersionOfAnyState() {
        create();
        add("first");
        SecretVersion second = add("second");
        assertThat(access("latest")).isEqualTo("second");

        client.destroySecretVersion(DestroySecretVersionRequest.newBuilder()
                .setName(second.getName())
                .setEtag(second.getEtag())
                .build());

        assertRefused(Code.FAILED_PRECONDITION, () -> access("latest"));
        assertRefused(Code.FAILED_PRECONDITION, () -> access("2"));
        assertRefused(Code.FAILED_PRECONDITION, () -> client.destroySecretVersion(second.getName()));
        assertThat(access("1")).isEqualTo("first");
        assertThat(service.versions("one")).isEqualTo(Map.of(1L, "ENABLED", 2L, "DESTROYED"));
    }

    @Test
    void aDisabledVersionIsRefusedUntilItIsEnabled() {
        create();
        add("x");
        service.disable("one", 1);
        assertRefused(Code.FAILED_PRECONDITION, () -> access("1"));

        service.enable("one", 1);

        assertThat(access("1")).isEqualTo("x");
    }

    @Test
    void invalidRequestsAreRefused() {
        create();
        assertRefused(Code.ALREADY_EXISTS, this::create);
        assertRefused(Code.INVALID_ARGUMENT, () -> create("a.b", automatic()));
        assertRefused(Code.INVALID_ARGUMENT, () -> create("two", Secret.newBuilder()));
        assertRefused(Code.INVALID_ARGUMENT, () -> create("two", automatic().putLabels("Upper", "x")));
        assertRefused(Code.INVALID_ARGUMENT, () -> create("two", automatic().putAnnotations("-a", "x")));
        assertRefused(Code.INVALID_ARGUMENT, () -> annotate("", Map.of("a", "x".repeat(16 * 1024 - 1))));
        annotate("", Map.of("a", "x".repeat(16 * 1024 - 2)));
        assertRefused(Code.INVALID_ARGUMENT, () -> add("x".repeat(64 * 1024 + 1)));
        add("x".repeat(64 * 1024));
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> client.addSecretVersion(AddSecretVersionRequest.newBuilder()
                        .setParent(NAME)
                        .setPayload(payload("x").setDataCrc32C(1))
                        .build()));
        assertRefused(
                Code.NOT_FOUND,
                () -> client.addSecretVersion(
                        PARENT + "/secrets/none", payload("x").build()));
    }

    @Test
    void readsAreStaleForTheLagExceptForVersionsByNumber() {
        create();
        add("first");
        clock.advance(Duration.ofMinutes(1));
        service.lag(Duration.ofSeconds(30));
        String before = client.getSecret(NAME).getEtag();
        String after = annotate("", Map.of("a", "1")).getEtag();
        add("second");

        assertThat(client.getSecret(NAME).getEtag()).isEqualTo(before);
        assertThat(access("latest")).isEqualTo("first");
        assertThat(access("2")).isEqualTo("second");
        assertRefused(Code.NOT_FOUND, () -> client.getSecretVersion(NAME + "/versions/2"));

        clock.advance(Duration.ofSeconds(30));
        assertThat(client.getSecret(NAME).getEtag()).isEqualTo(after);
        assertThat(access("latest")).isEqualTo("second");
    }

    @Test
    void aQuotaIsResetAfterAMinute() {
        create();
        service.quota(Quota.WRITE, 2);
        add("1");
        add("2");
        service.forgetCounts();

        assertRefused(Code.RESOURCE_EXHAUSTED, () -> client.destroySecretVersion(NAME + "/versions/1"));
        assertThat(service.counts()).isEqualTo(Map.of("DestroySecretVersion", 1));
        assertThat(access("1")).as("another quota").isEqualTo("1");

        clock.advance(Duration.ofMinutes(1));
        client.destroySecretVersion(NAME + "/versions/1");
    }

    @Test
    void secretsAreListedByLabelAndPageByPage() {
        for (int n = 0; n < 5; n++) {
            create("labelled-" + n, automatic().putLabels("kind", "token"));
        }
        create();
        ListSecretsRequest request = ListSecretsRequest.newBuilder()
                .setParent(PARENT)
                .setFilter("labels.kind=token")
                .setPageSize(2)
                .build();

        assertThat(client.listSecrets(request).iterateAll()).hasSize(5);
        assertThat(service.counts()).containsEntry("ListSecrets", 3);
        assertRefused(
                Code.INVALID_ARGUMENT,
                () -> client.listSecrets(
                        request.toBuilder().setFilter("name:labelled").build()));
    }

    @Test
    void aRestartedServiceHasTheSameAddressAndSecrets() {
        create();
        add("x");
        service.down();
        assertRefused(Code.UNAVAILABLE, () -> access("1"));
        service.up();
        try (SecretManagerServiceClient reconnected = service.client()) {
            assertThat(reconnected.getSecret(NAME).getName()).isEqualTo(NAME);
        }
    }
}
