package dev.evertoken.benchmarks.coldstart;

import com.squareup.moshi.JsonReader;
import com.squareup.moshi.JsonWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;

/**
 * The first token by OkHttp and Moshi alone, with the same calls: it reads the account from a file, posts the refresh,
 * and replaces the file durably. Arguments: the token endpoint, and the file, without which there are no files.
 */
final class BareStart {

    private BareStart() {}

    public static void main(String[] args) throws IOException {
        String refreshToken = FirstToken.REFRESH_TOKEN;
        if (args.length > 1) {
            refreshToken = read(Files.readString(Path.of(args[1]))).get("refresh_token");
        }
        Map<String, String> response = refresh(args[0], refreshToken);
        if (args.length > 1) {
            response.put("refresh_token", refreshToken);
            replace(Path.of(args[1]), written(response));
        }
        FirstToken.report(response.get("access_token"));
    }

    private static Map<String, String> refresh(String endpoint, String refreshToken) throws IOException {
        Request request = new Request.Builder()
                .url(endpoint)
                .header("Accept", "application/json")
                .post(new FormBody.Builder()
                        .add("grant_type", "refresh_token")
                        .add("refresh_token", refreshToken)
                        .add("client_id", FirstToken.CLIENT_ID)
                        .add("client_secret", FirstToken.CLIENT_SECRET)
                        .build())
                .build();
        try (Response response = new OkHttpClient().newCall(request).execute()) {
            return read(response.body().string());
        }
    }

    private static Map<String, String> read(String json) throws IOException {
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonReader reader = JsonReader.of(new Buffer().writeUtf8(json))) {
            reader.beginObject();
            while (reader.hasNext()) {
                members.put(reader.nextName(), reader.nextString());
            }
            reader.endObject();
        }
        return members;
    }

    static String written(Map<String, String> members) throws IOException {
        Buffer json = new Buffer();
        try (JsonWriter writer = JsonWriter.of(json)) {
            writer.beginObject();
            for (Map.Entry<String, String> member : members.entrySet()) {
                writer.name(member.getKey()).value(member.getValue());
            }
            writer.endObject();
        }
        return json.readUtf8();
    }

    /** Writes a temporary file, forces it to the disk, renames it and forces its directory, as the file store does. */
    private static void replace(Path file, String content) throws IOException {
        Path temporary = Files.createTempFile(file.getParent(), "account-", ".tmp");
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
