package dev.evertoken.store.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.gcp.fake.FakeSecretManager;
import dev.evertoken.testing.SampleRecords;
import dev.evertoken.testing.SecretCanary;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A fake of the service with one store. Must be closed. Thread-safe. */
final class FakeStoreFixture implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("acme", "anna");
    static final TokenKey BEN = TokenKey.of("acme", "ben");
    static final GcpSecretOptions SHORT_TIMEOUT =
            GcpSecretOptions.defaults().withTimeout(Duration.ofSeconds(2)).withStalePatience(Duration.ofMillis(100));

    static {
        loadGooglesClient();
    }

    final FakeSecretManager service = FakeSecretManager.start();
    final SecretManagerServiceClient client = FakeSecretManager.client(service.endpoint(), SHORT_TIMEOUT);
    final GcpSecretStore store = another();

    /** Makes the first calls of this JVM, which load the classes of the client: that may exceed the short timeout. */
    private static void loadGooglesClient() {
        GcpSecretOptions options = GcpSecretOptions.defaults().withTimeout(Duration.ofMinutes(1));
        try (FakeSecretManager service = FakeSecretManager.start();
                SecretManagerServiceClient client = FakeSecretManager.client(service.endpoint(), options);
                GcpSecretStore store = GcpSecretStore.over(client, service.location(), "desk", options)) {
            TokenRecord record = SampleRecords.sparse(ANNA);
            store.compareAndSet(ANNA, TokenStore.ABSENT, record);
            store.load(ANNA);
            store.remove(ANNA, record.revision());
        }
    }

    /** Opens another store with the same location and an empty memory, like another process. */
    GcpSecretStore another() {
        return another("desk");
    }

    GcpSecretStore another(String namespace) {
        return GcpSecretStore.over(client, service.location(), namespace, SHORT_TIMEOUT);
    }

    /** Returns the id of an account's secret. */
    static String secret(TokenKey key) {
        return new SecretNames(GcpLocation.parse("gcp-secrets://" + FakeSecretManager.PROJECT), "desk").id(key);
    }

    /** Inserts a record, which must not exist yet. */
    TokenRecord written(TokenRecord record) {
        assertThat(store.compareAndSet(record.key(), TokenStore.ABSENT, record)).isTrue();
        return record;
    }

    /** Writes new tokens over a record. */
    TokenRecord rotated(TokenRecord record) {
        TokenRecord next = SampleRecords.next(record);
        assertThat(store.compareAndSet(record.key(), record.revision(), next)).isTrue();
        return next;
    }

    /** Writes a claim over a record. */
    TokenRecord claimed(TokenRecord record) {
        TokenRecord next = claim(record);
        assertThat(store.compareAndSet(record.key(), record.revision(), next)).isTrue();
        return next;
    }

    static TokenRecord claim(TokenRecord record) {
        return record.next().claim(SampleRecords.claim()).build(SampleRecords.revision(), record.updatedAt());
    }

    static UnreadableRecordException unreadable(TokenStore store, TokenKey key) {
        UnreadableRecordException e = catchThrowableOfType(UnreadableRecordException.class, () -> store.load(key));
        assertThat(e).as("unreadable").isNotNull();
        return e;
    }

    static void assertFails(Problem problem, String message, ThrowingCallable call) {
        TokenException failure = catchThrowableOfType(TokenException.class, call);
        assertThat(failure).hasMessage(message);
        assertThat(failure.problem()).isEqualTo(problem);
        SecretCanary.ofTestTokens().assertNoneIn(failure);
        assertThat(failure.toString()).doesNotContain(SampleRecords.PREFIX);
    }

    @Override
    public void close() {
        store.close();
        client.close();
        service.close();
    }
}
