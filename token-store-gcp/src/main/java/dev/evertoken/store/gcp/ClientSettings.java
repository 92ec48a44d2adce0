package dev.evertoken.store.gcp;

import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.StatusCode;
import com.google.api.gax.rpc.UnaryCallSettings;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import java.time.Duration;
import java.util.Set;

/**
 * How often and for how long the client calls: reads are repeated where the service was not there or too busy, writes
 * only where it refused them unseen because they were too many. Stateless.
 */
final class ClientSettings {

    private static final Set<StatusCode.Code> READS =
            Set.of(StatusCode.Code.UNAVAILABLE, StatusCode.Code.RESOURCE_EXHAUSTED);
    private static final Set<StatusCode.Code> WRITES = Set.of(StatusCode.Code.RESOURCE_EXHAUSTED);

    /** Which part of the whole time the first pause takes: half a second of five for writes, a tenth for reads. */
    private static final int READ_PAUSE_PART = 50;

    private static final int WRITE_PAUSE_PART = 10;
    private static final int MOST_CALLS = 3;

    /** A connection that nothing comes back on for so long is asked, and given up. */
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(1);

    private static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(10);

    private ClientSettings() {}

    static SecretManagerServiceSettings.Builder of(GcpSecretOptions options) {
        SecretManagerServiceSettings.Builder settings = SecretManagerServiceSettings.newBuilder();
        Duration longest = options.timeout();
        Duration readPause = longest.dividedBy(READ_PAUSE_PART);
        Duration writePause = longest.dividedBy(WRITE_PAUSE_PART);
        repeat(settings.getSecretSettings(), READS, readPause, longest);
        repeat(settings.getSecretVersionSettings(), READS, readPause, longest);
        repeat(settings.accessSecretVersionSettings(), READS, readPause, longest);
        settings.listSecretsSettings().setRetryableCodes(READS).setRetrySettings(retry(readPause, longest));
        repeat(settings.createSecretSettings(), WRITES, writePause, longest);
        repeat(settings.addSecretVersionSettings(), WRITES, writePause, longest);
        repeat(settings.updateSecretSettings(), WRITES, writePause, longest);
        repeat(settings.deleteSecretSettings(), WRITES, writePause, longest);
        settings.destroySecretVersionSettings().setSimpleTimeoutNoRetriesDuration(longest);
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

    private static void repeat(
            UnaryCallSettings.Builder<?, ?> call, Set<StatusCode.Code> codes, Duration pause, Duration longest) {
        call.setRetryableCodes(codes).setRetrySettings(retry(pause, longest));
    }

    private static RetrySettings retry(Duration pause, Duration longest) {
        return RetrySettings.newBuilder()
                .setInitialRetryDelayDuration(pause)
                .setRetryDelayMultiplier(2)
                .setMaxRetryDelayDuration(pause.multipliedBy(4))
                .setInitialRpcTimeoutDuration(longest)
                .setRpcTimeoutMultiplier(1)
                .setMaxRpcTimeoutDuration(longest)
                .setTotalTimeoutDuration(longest)
                .setMaxAttempts(MOST_CALLS)
                .build();
    }
}
