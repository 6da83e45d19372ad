package org.kronocyte.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kronocyte.problem.Problem;

/** An input that couldn't be read, as {@code kronocyte/error/1}: takes the place of its field. */
public final class ErrorJson {
  public static final String SCHEMA = "kronocyte/error/1";

  private ErrorJson() {}

  /**
   * The entry for one input.
   *
   * @param image the input as it was reached
   */
  public static ObjectNode of(String image, Problem problem) {
    ObjectNode json = Json.object();
    json.put("schema", SCHEMA);
    json.put("image", image);
    ObjectNode error = json.putObject("error");
    error.put("code", problem.code());
    error.put("message", problem.message());
    error.put("remedy", problem.remedy());
    return json;
  }
}
