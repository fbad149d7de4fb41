// Asks a server what may be done with a model: client HOST:PORT MODEL
#include <lineage/client.h>

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  lineage::ClientOptions options;
  options.target = argv[1];
  auto client = lineage::Client::Connect(options);
  if (!client.ok()) {
    std::cerr << client.status() << "\n";
    return 1;
  }
  lineage::v1::GetEffectivePermissionsRequest request;
  request.set_artifact(argv[2]);
  lineage::v1::GetEffectivePermissionsResponse response;
  const grpc::Status status = (*client)->permissions().GetEffectivePermissions(
      (*client)->NewContext().get(), request, &response);
  if (!status.ok()) {
    std::cerr << status.error_message() << "\n";
    return 1;
  }
  for (const auto& permission : response.permissions()) {
    std::cout << lineage::v1::Right_Name(permission.right()) << " "
              << lineage::v1::Verdict_Name(permission.verdict()) << "\n";
  }
  return 0;
}
