package dev.evertoken.store.gcp.fake;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.evertoken.spi.Timekeeper;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The call counts and the configured failures of the fake. Thread-safe. */
final class Switches {

    private static final long MINUTE = 60_000_000_000L;

    private final Timekeeper time;
    private final ConcurrentMap<String, Integer> counts = new ConcurrentHashMap<>();
    private final ConcurrentMap<Quota, Integer> quotas = new ConcurrentHashMap<>();
    private final ConcurrentMap<Quota, Window> used = new ConcurrentHashMap<>();
    private final Set<String> denied = ConcurrentHashMap.newKeySet();
    private final Set<String> losing = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<String, Status.Code> failing = new ConcurrentHashMap<>();
    private volatile boolean apiEnabled = true;
    private volatile boolean hanging;
    private volatile boolean damaging;

    /** The number of calls since the start of a minute. */
    private record Window(long began, int calls) {}

    Switches(Timekeeper time) {
        this.time = time;
    }

    /** Counts a call; returns false if it never gets a response. */
    boolean takes(String call) {
        counts.merge(call, 1, Integer::sum);
        return !hanging;
    }

    /** @throws StatusRuntimeException if the call is refused */
    void check(String call, String permission, Quota kind) {
        Status.Code failure = failing.remove(call);
        if (failure != null) {
            throw Status.fromCode(failure).withDescription("made to fail").asRuntimeException();
        }
        if (!apiEnabled) {
            throw refused(
                    "SERVICE_DISABLED",
                    "Secret Manager API has not been used in project " + FakeSecretManager.PROJECT
                            + " before or it is disabled.");
        }
        if (denied.contains(permission)) {
            throw refused(
                    "IAM_PERMISSION_DENIED",
                    "Permission '" + permission + "' denied for resource 'projects/" + FakeSecretManager.PROJECT
                            + "' (or it may not exist).");
        }
        spend(kind);
    }

    private static StatusRuntimeException refused(String reason, String message) {
        ErrorInfo info = ErrorInfo.newBuilder()
                .setReason(reason)
                .setDomain("googleapis.com")
                .build();
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.PERMISSION_DENIED.value())
                .setMessage(message)
                .addDetails(Any.pack(info))
                .build());
    }

    private void spend(Quota kind) {
        int most = quotas.getOrDefault(kind, Integer.MAX_VALUE);
        long now = time.nanos();
        Window window = used.merge(
                kind,
                new Window(now, 1),
                (last, first) -> now - last.began() >= MINUTE ? first : new Window(last.began(), last.calls() + 1));
        if (window.calls() > most) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("Quota exceeded for quota metric '" + kind + " requests' and limit 'per minute'.")
                    .asRuntimeException();
        }
    }

    /** Returns whether the response of an executed call is lost. */
    boolean losesResponse(String call) {
        return losing.remove(call);
    }

    boolean damagesResponses() {
        return damaging;
    }

    Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }

    void forgetCounts() {
        counts.clear();
    }

    void quota(Quota kind, int callsPerMinute) {
        used.remove(kind);
        quotas.put(kind, callsPerMinute);
    }

    void noQuota() {
        quotas.clear();
    }

    void deny(String permission) {
        denied.add(permission);
    }

    void allow() {
        denied.clear();
    }

    void apiEnabled(boolean enabled) {
        apiEnabled = enabled;
    }

    void hang(boolean on) {
        hanging = on;
    }

    void loseNextResponse(String call) {
        losing.add(call);
    }

    void failNext(String call, Status.Code code) {
        failing.put(call, code);
    }

    void damageResponses(boolean on) {
        damaging = on;
    }
}
