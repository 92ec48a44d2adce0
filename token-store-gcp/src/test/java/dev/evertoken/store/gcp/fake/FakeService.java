package dev.evertoken.store.gcp.fake;

import com.google.cloud.secretmanager.v1.AccessSecretVersionRequest;
import com.google.cloud.secretmanager.v1.AccessSecretVersionResponse;
import com.google.cloud.secretmanager.v1.AddSecretVersionRequest;
import com.google.cloud.secretmanager.v1.CreateSecretRequest;
import com.google.cloud.secretmanager.v1.DeleteSecretRequest;
import com.google.cloud.secretmanager.v1.DestroySecretVersionRequest;
import com.google.cloud.secretmanager.v1.GetSecretRequest;
import com.google.cloud.secretmanager.v1.GetSecretVersionRequest;
import com.google.cloud.secretmanager.v1.ListSecretsRequest;
import com.google.cloud.secretmanager.v1.ListSecretsResponse;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretManagerServiceGrpc.SecretManagerServiceImplBase;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.cloud.secretmanager.v1.SecretVersion;
import com.google.cloud.secretmanager.v1.UpdateSecretRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import dev.evertoken.store.gcp.fake.FakeSecrets.Stored;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/** The calls of the service. Thread-safe. */
final class FakeService extends SecretManagerServiceImplBase {

    private final FakeSecrets secrets;
    private final Switches switches;

    FakeService(FakeSecrets secrets, Switches switches) {
        this.secrets = secrets;
        this.switches = switches;
    }

    @Override
    public void createSecret(CreateSecretRequest request, StreamObserver<Secret> observer) {
        Call call = new Call("CreateSecret", "secretmanager.secrets.create", Quota.WRITE, request.getParent());
        respond(call, observer, () -> {
            Secret secret = Rules.checkedNew(secrets.parent(), request).toBuilder()
                    .setEtag(FakeSecrets.newEtag())
                    .build();
            if (!secrets.create(secret)) {
                throw Status.ALREADY_EXISTS
                        .withDescription("Secret [" + secret.getName() + "] already exists.")
                        .asRuntimeException();
            }
            return secrets.find(secret.getName()).orElseThrow();
        });
    }

    @Override
    public void getSecret(GetSecretRequest request, StreamObserver<Secret> observer) {
        Call call = new Call("GetSecret", "secretmanager.secrets.get", Quota.READ, request.getName());
        respond(
                call,
                observer,
                () -> secrets.shown(request.getName())
                        .orElseThrow(() -> FakeSecrets.notFound("Secret [" + request.getName() + "]")));
    }

    @Override
    public void updateSecret(UpdateSecretRequest request, StreamObserver<Secret> observer) {
        Secret wanted = request.getSecret();
        Call call = new Call("UpdateSecret", "secretmanager.secrets.update", Quota.WRITE, wanted.getName());
        respond(
                call,
                observer,
                () -> secrets.change(wanted.getName(), secret -> {
                    Rules.checkEtag(wanted.getEtag(), secret.getEtag());
                    return Rules.updated(secret, request);
                }));
    }

    @Override
    public void deleteSecret(DeleteSecretRequest request, StreamObserver<Empty> observer) {
        Call call = new Call("DeleteSecret", "secretmanager.secrets.delete", Quota.WRITE, request.getName());
        respond(call, observer, () -> {
            secrets.remove(request.getName(), secret -> {
                Rules.checkEtag(request.getEtag(), secret.getEtag());
                return secret;
            });
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void addSecretVersion(AddSecretVersionRequest request, StreamObserver<SecretVersion> observer) {
        Call call = new Call("AddSecretVersion", "secretmanager.versions.add", Quota.WRITE, request.getParent());
        respond(call, observer, () -> {
            SecretPayload payload = request.getPayload();
            Rules.checkPayload(payload);
            return secrets.add(request.getParent(), payload.getData(), payload.hasDataCrc32C());
        });
    }

    @Override
    public void getSecretVersion(GetSecretVersionRequest request, StreamObserver<SecretVersion> observer) {
        Call call = new Call("GetSecretVersion", "secretmanager.versions.get", Quota.READ, request.getName());
        respond(call, observer, () -> {
            Stored version = byName(request.getName());
            if (!secrets.isShown(version)) {
                throw FakeSecrets.notFound("Secret Version [" + request.getName() + "]");
            }
            return version.version();
        });
    }

    @Override
    public void accessSecretVersion(
            AccessSecretVersionRequest request, StreamObserver<AccessSecretVersionResponse> observer) {
        Call call = new Call("AccessSecretVersion", "secretmanager.versions.access", Quota.ACCESS, request.getName());
        respond(call, observer, () -> {
            Stored stored = byName(request.getName());
            if (!stored.is(SecretVersion.State.ENABLED)) {
                throw Status.FAILED_PRECONDITION
                        .withDescription("Secret Version [" + request.getName() + "] is in "
                                + stored.version().getState() + " state.")
                        .asRuntimeException();
            }
            CRC32C sum = new CRC32C();
            sum.update(stored.payload().toByteArray());
            ByteString sent = switches.damagesResponses()
                    ? stored.payload().concat(ByteString.copyFromUtf8("!"))
                    : stored.payload();
            return AccessSecretVersionResponse.newBuilder()
                    .setName(stored.version().getName())
                    .setPayload(SecretPayload.newBuilder().setData(sent).setDataCrc32C(sum.getValue()))
                    .build();
        });
    }

    @Override
    public void destroySecretVersion(DestroySecretVersionRequest request, StreamObserver<SecretVersion> observer) {
        Call call = new Call("DestroySecretVersion", "secretmanager.versions.destroy", Quota.WRITE, request.getName());
        respond(call, observer, () -> {
            String secret = secretOf(request.getName());
            return secrets.changeVersion(secret, numberOf(request.getName()), version -> {
                        Rules.checkEtag(request.getEtag(), version.version().getEtag());
                        if (version.is(SecretVersion.State.DESTROYED)) {
                            throw Status.FAILED_PRECONDITION
                                    .withDescription("Secret Version [" + request.getName() + "] is destroyed.")
                                    .asRuntimeException();
                        }
                        return version.in(SecretVersion.State.DESTROYED);
                    })
                    .version();
        });
    }

    @Override
    public void listSecrets(ListSecretsRequest request, StreamObserver<ListSecretsResponse> observer) {
        Call call = new Call("ListSecrets", "secretmanager.secrets.list", Quota.READ, request.getParent());
        respond(call, observer, () -> {
            List<Secret> all = secrets.allShown().stream()
                    .filter(Rules.filter(request.getFilter()))
                    .toList();
            int from = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
            int size = request.getPageSize() == 0 ? 25 : request.getPageSize();
            int to = Math.min(all.size(), from + size);
            return ListSecretsResponse.newBuilder()
                    .addAllSecrets(all.subList(Math.min(from, to), to))
                    .setNextPageToken(to < all.size() ? Integer.toString(to) : "")
                    .setTotalSize(all.size())
                    .build();
        });
    }

    /** Finds a version by its number or by {@code latest}. Only the number is never stale. */
    private Stored byName(String name) {
        String secret = secretOf(name);
        String version = name.substring(name.lastIndexOf('/') + 1);
        if (version.equals("latest")) {
            return secrets.newestShown(secret).orElseThrow(() -> FakeSecrets.notFound("Secret Version [" + name + "]"));
        }
        return secrets.version(secret, numberOf(name));
    }

    private static String secretOf(String version) {
        int end = version.indexOf("/versions/");
        if (end < 0) {
            throw Rules.invalid("[" + version + "] is no name of a version");
        }
        return version.substring(0, end);
    }

    private static long numberOf(String version) {
        try {
            return Long.parseLong(version.substring(version.lastIndexOf('/') + 1));
        } catch (NumberFormatException e) {
            throw Rules.invalid("[" + version + "] is no version, and aliases are not kept here");
        }
    }

    /** A call with its required permission, its quota and its resource. */
    private record Call(String name, String permission, Quota kind, String resource) {}

    private <T> void respond(Call call, StreamObserver<T> observer, Supplier<T> work) {
        if (!switches.takes(call.name())) {
            return;
        }
        try {
            switches.check(call.name(), call.permission(), call.kind());
            Rules.checkPlace(secrets.parent(), call.resource());
            T response = work.get();
            if (switches.losesResponse(call.name())) {
                throw Status.UNAVAILABLE.withDescription("the connection broke").asRuntimeException();
            }
            observer.onNext(response);
            observer.onCompleted();
        } catch (StatusRuntimeException e) {
            observer.onError(e);
        } catch (RuntimeException e) {
            observer.onError(
                    Status.INTERNAL.withCause(e).withDescription(e.toString()).asRuntimeException());
        }
    }
}
