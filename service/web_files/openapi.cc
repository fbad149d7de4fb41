// Writes the OpenAPI document of what is served over HTTP, from the protos: openapi DESCRIPTORS
// OUT. Run by the build. DESCRIPTORS come from protoc with imports and source information: comments
// become descriptions.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace lineage {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using google::protobuf::SourceLocation;
using Json = nlohmann::ordered_json;

template <typename D>
std::string CommentOf(const D& of) {
  SourceLocation location;
  if (!of.GetSourceLocation(&location)) return "";
  std::vector<std::string> lines = absl::StrSplit(location.leading_comments, '\n');
  for (std::string& line : lines) line = std::string(absl::StripAsciiWhitespace(line));
  return std::string(absl::StripAsciiWhitespace(absl::StrJoin(lines, "\n")));
}

template <typename D>
void Describe(const D& of, Json* json) {
  if (std::string comment = CommentOf(of); !comment.empty()) (*json)["description"] = comment;
}

Json Reference(const std::string& name) {
  return {{"$ref", absl::StrCat("#/components/schemas/", name)}};
}

class Writer {
 public:
  explicit Writer(const std::string& version) {
    document_["openapi"] = "3.1.0";
    document_["info"] = {
        {"title", "Lineage"},
        {"version", version},
        {"description",
         "Licences, traced through what models were made from. RPCs are asked over the Connect "
         "protocol (version 1): a POST of the request as JSON, by Protocol Buffers' own mapping. "
         "Unknown fields are refused; 64-bit numbers are strings; fields with their default value "
         "are left out."}};
    document_["security"] = Json::array({{{"token", Json::array()}}});
  }

  void Add(const ServiceDescriptor& service) {
    Json tag = {{"name", service.name()}};
    Describe(service, &tag);
    document_["tags"].push_back(std::move(tag));
    for (int i = 0; i < service.method_count(); ++i) Add(*service.method(i));
  }

  Json Finish() {
    AddPages();
    document_["components"]["schemas"] = schemas_;
    document_["components"]["schemas"]["connect.Error"] = {
        {"type", "object"},
        {"properties",
         {{"code", {{"type", "string"}, {"examples", {"not_found"}}}},
          {"message", {{"type", "string"}}},
          {"details",
           {{"type", "array"},
            {"items",
             {{"type", "object"},
              {"properties",
               {{"type", {{"type", "string"}, {"examples", {"google.rpc.ErrorInfo"}}}},
                {"value", {{"type", "string"}, {"contentEncoding", "base64"}}},
                {"debug", {{"type", "object"}}}}}}}}}}}};
    document_["components"]["securitySchemes"] = {
        {"token", {{"type", "http"}, {"scheme", "bearer"}}}};
    return document_;
  }

 private:
  static Json Failure() {
    return {{"description", "An error, in Connect's shape"},
            {"content", {{"application/json", {{"schema", Reference("connect.Error")}}}}}};
  }

  void Add(const MethodDescriptor& method) {
    if (method.client_streaming()) return;  // over gRPC alone
    const bool stream = method.server_streaming();
    Json operation = {{"tags", {method.service()->name()}},
                      {"operationId", absl::StrCat(method.service()->name(), ".", method.name())}};
    Describe(method, &operation);
    if (stream) {
      operation["description"] = absl::StrCat(
          operation.value("description", ""),
          "\n\nA stream: the request is one enveloped message (a byte of flags, four of length, "
          "the "
          "message), the answer a sequence of them; the last has the flag 2 and tells an error, if "
          "there was one.");
    }
    const char* type = stream ? "application/connect+json" : "application/json";
    operation["requestBody"] = {
        {"required", true},
        {"content", {{type, {{"schema", Reference(method.input_type()->full_name())}}}}}};
    operation["responses"] = {
        {"200",
         {{"description", stream ? "The stream" : "The answer"},
          {"content", {{type, {{"schema", Reference(method.output_type()->full_name())}}}}}}},
        {"default", Failure()}};
    Need(*method.input_type());
    Need(*method.output_type());
    document_["paths"][absl::StrCat("/", method.service()->full_name(), "/", method.name())] = {
        {"post", std::move(operation)}};
  }

  void Need(const Descriptor& message) {
    if (!seen_.insert(message.full_name()).second) return;
    if (message.full_name() == "google.protobuf.Timestamp") {
      schemas_[message.full_name()] = {{"type", "string"}, {"format", "date-time"}};
      return;
    }
    if (message.full_name() == "google.protobuf.Duration") {
      schemas_[message.full_name()] = {{"type", "string"}, {"examples", {"1.5s"}}};
      return;
    }
    Json schema = {{"type", "object"}};
    Describe(message, &schema);
    schema["properties"] = Json::object();
    schema["additionalProperties"] = false;
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      Json property = TypeOf(field);
      Describe(field, &property);
      if (field.real_containing_oneof() != nullptr) {
        property["description"] = absl::StrCat(
            property.value("description", ""), property.contains("description") ? "\n" : "",
            "One of \"", field.real_containing_oneof()->name(), "\".");
      }
      schema["properties"][field.json_name()] = std::move(property);
    }
    schemas_[message.full_name()] = std::move(schema);
  }

  void Need(const EnumDescriptor& of) {
    if (!seen_.insert(of.full_name()).second) return;
    Json schema = {{"type", "string"}};
    std::string description = CommentOf(of);
    for (int i = 0; i < of.value_count(); ++i) {
      schema["enum"].push_back(of.value(i)->name());
      if (const std::string says = CommentOf(*of.value(i)); !says.empty()) {
        absl::StrAppend(&description, description.empty() ? "" : "\n", of.value(i)->name(), ": ",
                        says);
      }
    }
    if (!description.empty()) schema["description"] = description;
    schemas_[of.full_name()] = std::move(schema);
  }

  Json TypeOf(const FieldDescriptor& field) {
    if (field.is_map()) {
      return {{"type", "object"},
              {"additionalProperties", ScalarOf(*field.message_type()->map_value())}};
    }
    Json one = ScalarOf(field);
    if (!field.is_repeated()) return one;
    return {{"type", "array"}, {"items", std::move(one)}};
  }

  Json ScalarOf(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return {{"type", "integer"}, {"format", "int32"}};
      case FieldDescriptor::CPPTYPE_UINT32:
        return {{"type", "integer"}, {"format", "int64"}, {"minimum", 0}};
      case FieldDescriptor::CPPTYPE_INT64:
      case FieldDescriptor::CPPTYPE_UINT64:
        return {{"type", "string"}, {"pattern", "^-?[0-9]+$"}};
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
        return {{"type", "number"}};
      case FieldDescriptor::CPPTYPE_BOOL:
        return {{"type", "boolean"}};
      case FieldDescriptor::CPPTYPE_STRING:
        if (field.type() != FieldDescriptor::TYPE_BYTES) return {{"type", "string"}};
        return {{"type", "string"}, {"contentEncoding", "base64"}};
      case FieldDescriptor::CPPTYPE_ENUM:
        Need(*field.enum_type());
        return Reference(field.enum_type()->full_name());
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Need(*field.message_type());
        return Reference(field.message_type()->full_name());
    }
    return Json::object();
  }

  // The addresses for people (service/server/pages.h).
  void AddPages() {
    document_["tags"].push_back(
        {{"name", "addresses"},
         {"description",
          "Questions asked by an address alone. An id stands in it as it is or "
          "percent-encoded. Answers have an ETag."}});
    AddPage("/v1/artifacts/{id}", "An artifact, as LineageService.GetArtifact tells it",
            {{"application/json", {{"schema", Reference("lineage.v1.GetArtifactResponse")}}}},
            {"as_of", "claims_policy"});
    AddPage("/v1/why/{id}", "Verdicts with proofs, as PermissionService.Explain tells them",
            {{"application/json", {{"schema", Reference("lineage.v1.ExplainResponse")}}}},
            {"for", "as_of", "stance", "component", "claims_policy", "undeclared", "adapter", "mau",
             "revenue", "attributable_revenue", "royalty", "region", "established_in", "purpose",
             "entity", "as", "modified", "made_it", "fact"});
    AddPage("/v1/graph/{id}.svg", "A drawing of what it was made from",
            {{"image/svg+xml", Json::object()}},
            {"for", "as_of", "stance", "component", "up", "down", "max_nodes"});
    AddPage("/v1/notice/{id}.md", "What to ship with it, as Markdown",
            {{"text/markdown", Json::object()}}, {"as", "as_of", "stance", "component"});
  }

  void AddPage(const std::string& path, const std::string& summary, Json content,
               const std::vector<std::string>& parameters) {
    Json operation = {{"tags", {"addresses"}}, {"summary", summary}};
    operation["parameters"].push_back(
        {{"name", "id"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
    for (const std::string& name : parameters) {
      operation["parameters"].push_back(
          {{"name", name}, {"in", "query"}, {"schema", {{"type", "string"}}}});
    }
    operation["responses"] = {{"200", {{"description", summary}, {"content", std::move(content)}}},
                              {"304", {{"description", "As the ETag that was sent says"}}},
                              {"default", Failure()}};
    document_["paths"][path] = {{"get", std::move(operation)}};
  }

  Json document_;
  Json schemas_ = Json::object();
  std::set<std::string> seen_;
};

int Main(int argc, char** argv) {
  google::protobuf::FileDescriptorSet set;
  std::ifstream in(argc == 4 ? argv[1] : "", std::ios::binary);
  if (!set.ParseFromIstream(&in)) {
    std::cerr << "usage: openapi DESCRIPTORS OUT VERSION\n";
    return 64;
  }
  google::protobuf::DescriptorPool pool;
  Writer writer(argv[3]);
  for (const google::protobuf::FileDescriptorProto& proto : set.file()) {
    const google::protobuf::FileDescriptor* file = pool.BuildFile(proto);
    if (file == nullptr) return 1;
    for (int i = 0; i < file->service_count(); ++i) writer.Add(*file->service(i));
  }
  std::ofstream out(argv[2]);
  out << writer.Finish().dump(1) << "\n";
  out.close();
  return out ? 0 : 1;
}

}  // namespace
}  // namespace lineage

int main(int argc, char** argv) { return lineage::Main(argc, argv); }
