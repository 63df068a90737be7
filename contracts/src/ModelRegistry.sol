// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

/// @title The kinds of models that the network admits
/// @notice A kind is the name of a task in the job protocol, such as `text.generate`. The owner is the timelock.
contract ModelRegistry is Ownable {
    struct ModelType {
        bool admitted;
        /// @notice What its work counts for in rewards, in basis points; 10,000 is once.
        uint16 rewardWeight;
    }

    uint256 public constant LONGEST_KIND = 64;
    /// @notice Five times.
    uint16 public constant MOST_WEIGHT = 50_000;

    mapping(bytes32 kindHash => ModelType) private _types;
    string[] private _kinds;
    mapping(bytes32 kindHash => bool) private _known;

    event ModelTypeChanged(string kind, bool admitted, uint16 rewardWeight);

    error BadKind();
    error TooMuchWeight(uint16 rewardWeight);

    constructor(address owner) Ownable(owner) {}

    function setModelType(string calldata kind, bool admitted, uint16 rewardWeight) external onlyOwner {
        if (bytes(kind).length == 0 || bytes(kind).length > LONGEST_KIND) revert BadKind();
        if (rewardWeight > MOST_WEIGHT) revert TooMuchWeight(rewardWeight);
        bytes32 kindHash = keccak256(bytes(kind));
        if (!_known[kindHash]) {
            _known[kindHash] = true;
            _kinds.push(kind);
        }
        _types[kindHash] = ModelType(admitted, rewardWeight);
        emit ModelTypeChanged(kind, admitted, rewardWeight);
    }

    function modelType(string calldata kind) external view returns (ModelType memory) {
        return _types[keccak256(bytes(kind))];
    }

    /// @notice Every kind that was ever decided about, in the order of the first decisions, with what holds for each.
    function modelTypes() external view returns (string[] memory names, ModelType[] memory types) {
        names = _kinds;
        types = new ModelType[](names.length);
        for (uint256 index = 0; index < names.length; ++index) {
            types[index] = _types[keccak256(bytes(names[index]))];
        }
    }

    /// @notice Every kind that was ever decided about, in the order of the first decisions.
    function kinds() external view returns (string[] memory) {
        return _kinds;
    }
}
