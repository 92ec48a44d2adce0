package dev.evertoken.store.gcp;

import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.StatusCode;
import com.google.api.gax.rpc.UnaryCallSettings;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import java.time.Duration;
import java.util.Set;

/**
 * The timeouts and retries of the client. Reads are retried if the service was unavailable or over quota; writes are
 * retried only if the service rejected them because of the quota. Stateless. Thread-safe.
 */
final class ClientSettings {

    private static final Set<StatusCode.Code> READS =
            Set.of(StatusCode.Code.UNAVAILABLE, StatusCode.Code.RESOURCE_EXHAUSTED);
    private static final Set<StatusCode.Code> WRITES = Set.of(StatusCode.Code.RESOURCE_EXHAUSTED);

    /**
     * The fraction of the timeout for the first delay: a tenth of a second of five for reads, half a second for writes.
     */
    private static final int READ_DELAY_DIVISOR = 50;

    private static final int WRITE_DELAY_DIVISOR = 10;
    private static final int MAX_CALLS = 3;

    /** The idle time after which a connection is checked, and closed if it does not respond. */
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(1);

    private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);

    private ClientSettings() {}

    static SecretManagerServiceSettings.Builder of(GcpSecretOptions options) {
        SecretManagerServiceSettings.Builder settings = SecretManagerServiceSettings.newBuilder();
        Duration timeout = options.timeout();
        Duration readDelay = timeout.dividedBy(READ_DELAY_DIVISOR);
        Duration writeDelay = timeout.dividedBy(WRITE_DELAY_DIVISOR);
        retry(settings.getSecretSettings(), READS, readDelay, timeout);
        retry(settings.getSecretVersionSettings(), READS, readDelay, timeout);
        retry(settings.accessSecretVersionSettings(), READS, readDelay, timeout);
        settings.listSecretsSettings().setRetryableCodes(READS).setRetrySettings(retry(readDelay, timeout));
        retry(settings.createSecretSettings(), WRITES, writeDelay, timeout);
        retry(settings.addSecretVersionSettings(), WRITES, writeDelay, timeout);
        retry(settings.updateSecretSettings(), WRITES, writeDelay, timeout);
        retry(settings.deleteSecretSettings(), WRITES, writeDelay, timeout);
        settings.destroySecretVersionSettings().setSimpleTimeoutNoRetriesDuration(timeout);
        return settings;
    }

    static SecretManagerServiceSettings.Builder at(GcpLocation location, GcpSecretOptions options) {
        InstantiatingGrpcChannelProvider channels = InstantiatingGrpcChannelProvider.newBuilder()
                .setKeepAliveTimeDuration(KEEP_ALIVE)
                .setKeepAliveTimeoutDuration(KEEP_ALIVE_TIMEOUT)
                .build();
        SecretManagerServiceSettings.Builder settings = of(options);
        settings.setTransportChannelProvider(channels).setEndpoint(location.endpoint());
        return settings;
    }

    private static void retry(
            UnaryCallSettings.Builder<?, ?> call, Set<StatusCode.Code> codes, Duration delay, Duration timeout) {
        call.setRetryableCodes(codes).setRetrySettings(retry(delay, timeout));
    }

    private static RetrySettings retry(Duration delay, Duration timeout) {
        return RetrySettings.newBuilder()
                .setInitialRetryDelayDuration(delay)
                .setRetryDelayMultiplier(2)
                .setMaxRetryDelayDuration(delay.multipliedBy(4))
                .setInitialRpcTimeoutDuration(timeout)
                .setRpcTimeoutMultiplier(1)
                .setMaxRpcTimeoutDuration(timeout)
                .setTotalTimeoutDuration(timeout)
                .setMaxAttempts(MAX_CALLS)
                .build();
    }
}
