package dev.evertoken.mirror.receiver;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.mirror.PathTemplate;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Lists the accounts whose tokens are stored, in pages, for the comparison of the sender. Thread-safe. */
final class AccountList {

    private static final int PAGE = 500;
    private static final String AFTER = "after=";

    private final PathTemplate path;
    private final TokenOperations operations;
    private final ReceivedVersions versions;

    AccountList(PathTemplate path, TokenOperations operations, ReceivedVersions versions) {
        this.path = path;
        this.operations = operations;
        this.versions = versions;
    }

    boolean matches(ReceivedRequest request) {
        return path.matches(request.path());
    }

    /** Returns the cursor in the query; empty text for the first page. */
    static String after(ReceivedRequest request) {
        for (String part : request.query().split("&", -1)) {
            if (part.startsWith(AFTER)) {
                return URLDecoder.decode(part.substring(AFTER.length()), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    ReceiverReply page(ReceivedRequest request) {
        List<ReceivedVersion> page = versions.page(after(request), PAGE);
        List<JsonObject> accounts = new ArrayList<>();
        for (ReceivedVersion one : page) {
            if (!one.version().isEnded() && isStored(one.account())) {
                accounts.add(account(one));
            }
        }
        JsonObject.Builder reply = JsonObject.builder()
                .add("success", true)
                .add("accounts", JsonArray.of(accounts.toArray(JsonObject[]::new)));
        if (page.size() >= PAGE) {
            reply.add("next", page.get(page.size() - 1).userId());
        }
        return ReceiverReply.of(reply.build());
    }

    private static JsonObject account(ReceivedVersion one) {
        return JsonObject.builder()
                .add("user_id", one.userId())
                .add("grant", one.version().grantId())
                .add("consented_at", one.version().consentedAt().toString())
                .add("generation", one.version().generation())
                .build();
    }

    private boolean isStored(TokenKey account) {
        try {
            return operations.record(account).isPresent();
        } catch (UnreadableRecordException e) {
            return false; // sent again, which repairs it
        }
    }
}
