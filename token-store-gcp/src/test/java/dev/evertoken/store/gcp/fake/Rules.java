package dev.evertoken.store.gcp.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloud.secretmanager.v1.CreateSecretRequest;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretPayload;
import com.google.cloud.secretmanager.v1.UpdateSecretRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** The validation rules of the service. Stateless. */
final class Rules {

    private static final Pattern SECRET_ID = Pattern.compile("[A-Za-z0-9_-]{1,255}");
    private static final Pattern LABEL_KEY = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
    private static final Pattern LABEL_VALUE = Pattern.compile("[a-z0-9_-]{0,63}");
    private static final Pattern ANNOTATION_KEY = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern FILTER = Pattern.compile("labels\\.(?<key>[a-z][a-z0-9_-]*)=(?<value>[a-z0-9_-]+)");
    private static final int MOST_LABELS = 64;
    private static final int ANNOTATIONS = 16 * 1024;
    private static final int PAYLOAD = 64 * 1024;

    private Rules() {}

    /** Returns the secret to create, with its name. */
    static Secret checkedNew(String parent, CreateSecretRequest request) {
        Secret secret = request.getSecret();
        if (!SECRET_ID.matcher(request.getSecretId()).matches()) {
            throw invalid("the secret id is not 1 to 255 of letters, digits, - and _");
        }
        boolean regional = parent.contains("/locations/");
        if (secret.hasReplication() == regional) {
            throw invalid(regional ? "a regional secret has no replication" : "the replication is missing");
        }
        checkLabels(secret.getLabelsMap());
        checkAnnotations(secret.getAnnotationsMap());
        return secret.toBuilder()
                .setName(parent + "/secrets/" + request.getSecretId())
                .build();
    }

    /** Returns a secret with the changes of the request. */
    static Secret updated(Secret secret, UpdateSecretRequest request) {
        Secret.Builder next = secret.toBuilder();
        Secret wanted = request.getSecret();
        if (request.getUpdateMask().getPathsCount() == 0) {
            throw invalid("the update mask is missing");
        }
        for (String path : request.getUpdateMask().getPathsList()) {
            switch (path) {
                case "annotations" -> {
                    checkAnnotations(wanted.getAnnotationsMap());
                    next.clearAnnotations().putAllAnnotations(wanted.getAnnotationsMap());
                }
                case "labels" -> {
                    checkLabels(wanted.getLabelsMap());
                    next.clearLabels().putAllLabels(wanted.getLabelsMap());
                }
                default -> throw invalid(path + " cannot be changed here");
            }
        }
        return next.build();
    }

    static void checkPlace(String parent, String resource) {
        String project = "projects/" + FakeSecretManager.PROJECT;
        if (!resource.equals(project) && !resource.startsWith(project + "/")) {
            throw Status.PERMISSION_DENIED
                    .withDescription("Permission denied on resource (or it may not exist).")
                    .asRuntimeException();
        }
        boolean isHere = resource.equals(parent) || resource.startsWith(parent + "/secrets/");
        if (!isHere) {
            throw invalid("the location of the resource is not the one of this endpoint");
        }
    }

    /** Compares the etags unless none is given. */
    static void checkEtag(String given, String stored) {
        if (!given.isEmpty() && !given.equals(stored)) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("The etag provided in the request does not match.")
                    .asRuntimeException();
        }
    }

    static void checkPayload(SecretPayload payload) {
        byte[] bytes = payload.getData().toByteArray();
        if (bytes.length > PAYLOAD) {
            throw invalid("the payload has " + bytes.length + " bytes, and may have " + PAYLOAD);
        }
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        if (payload.hasDataCrc32C() && payload.getDataCrc32C() != sum.getValue()) {
            throw invalid("the payload does not fit its checksum");
        }
    }

    static Predicate<Secret> filter(String text) {
        if (text.isEmpty()) {
            return any -> true;
        }
        Matcher filter = FILTER.matcher(text);
        if (!filter.matches()) {
            throw invalid("the filter is not labels.key=value");
        }
        return secret -> filter.group("value").equals(secret.getLabelsMap().get(filter.group("key")));
    }

    private static void checkLabels(Map<String, String> labels) {
        boolean fit = labels.size() <= MOST_LABELS
                && labels.entrySet().stream()
                        .allMatch(label -> LABEL_KEY.matcher(label.getKey()).matches()
                                && LABEL_VALUE.matcher(label.getValue()).matches());
        if (!fit) {
            throw invalid("a label does not fit");
        }
    }

    private static void checkAnnotations(Map<String, String> annotations) {
        Set<Map.Entry<String, String>> all = annotations.entrySet();
        if (!all.stream()
                .allMatch(annotation ->
                        ANNOTATION_KEY.matcher(annotation.getKey()).matches())) {
            throw invalid("the key of an annotation does not fit");
        }
        int size = all.stream()
                .mapToInt(annotation -> annotation.getKey().getBytes(UTF_8).length
                        + annotation.getValue().getBytes(UTF_8).length)
                .sum();
        if (size >= ANNOTATIONS) {
            throw invalid("the annotations have " + size + " bytes, and have to have less than " + ANNOTATIONS);
        }
    }

    static StatusRuntimeException invalid(String message) {
        return Status.INVALID_ARGUMENT.withDescription(message).asRuntimeException();
    }
}
